//! Attacks on envelopes and keyring files.
