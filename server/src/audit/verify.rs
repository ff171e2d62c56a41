//! Checking a log: every record against the one before it, the end against the head, and the whole
//! against what was anchored outside.

use super::anchors::{AnchorError, Anchors};
use super::sign::AuditKey;
use contract::TenantId;
use std::collections::BTreeMap;
use store::Store;
use store::audit::{AuditHash, AuditHead, ChainedRow, HASH_LEN, hash_of};
use store::platform::audit_anchors::AnchorRow;

/// Records read at once.
const BATCH: u32 = 500;

/// The first thing that is wrong with a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("record {seq}: {problem}")]
pub struct Finding {
    /// Number of the record.
    pub seq: i64,
    /// In words.
    pub problem: &'static str,
}

/// A log that is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Proof {
    /// Records in the chain.
    pub records: u64,
    /// Records from before the chain, about which nothing can be said.
    pub before_chain: i64,
    /// Anchors that the chain reaches.
    pub anchors: u64,
    /// The last record that an anchor names; what follows is proven by the chain alone.
    pub anchored_to: Option<i64>,
    /// Signatures were looked at.
    pub signed: bool,
}

/// Walks a chain. Records come in order, then [`Verifier::finish`].
pub struct Verifier {
    tenant: TenantId,
    begins_after: i64,
    last: i64,
    hash: AuditHash,
    records: u64,
    /// Anchors not reached yet, by number.
    anchors: BTreeMap<i64, Vec<AuditHash>>,
    reached: u64,
    anchored_to: Option<i64>,
    signed: bool,
}

impl Verifier {
    /// For the log of `tenant`, whose chain begins after record `begins_after`. `key`: without one
    /// signatures are not looked at.
    ///
    /// # Errors
    /// An anchor that was not signed by `key`.
    pub fn new(
        tenant: TenantId,
        begins_after: i64,
        anchors: &[AnchorRow],
        key: Option<&AuditKey>,
    ) -> Result<Self, Finding> {
        let mut known: BTreeMap<i64, Vec<AuditHash>> = BTreeMap::new();
        for anchor in anchors {
            let genuine =
                anchor.tenant == tenant && key.is_none_or(|key| key.signed(anchor, begins_after));
            if !genuine {
                return Err(Finding {
                    seq: anchor.seq,
                    problem: "its anchor does not carry this workspace's signature",
                });
            }
            known.entry(anchor.seq).or_default().push(anchor.hash);
        }
        Ok(Self {
            tenant,
            begins_after,
            last: begins_after,
            hash: [0; HASH_LEN],
            records: 0,
            anchors: known,
            reached: 0,
            anchored_to: None,
            signed: key.is_some(),
        })
    }

    /// Number of the last record taken.
    #[must_use]
    pub const fn last(&self) -> i64 {
        self.last
    }

    /// Takes the next record.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn take(&mut self, record: &ChainedRow) -> Result<(), Finding> {
        let seq = record.row.seq;
        if seq <= self.begins_after {
            return Ok(());
        }
        let expected = self.last + 1;
        if seq != expected {
            return Err(Finding {
                seq: expected,
                problem: "it is missing",
            });
        }
        let wrong = |problem| Err(Finding { seq, problem });
        if record.prev != Some(self.hash) {
            return wrong("it does not follow the record before it");
        }
        let hash = hash_of(self.tenant, &record.row, &self.hash);
        if record.hash != Some(hash) {
            return wrong("it was changed");
        }
        for anchored in self.anchors.remove(&seq).unwrap_or_default() {
            if anchored != hash {
                return wrong("it is not the record that was anchored");
            }
            self.reached += 1;
            self.anchored_to = Some(seq);
        }
        (self.last, self.hash, self.records) = (seq, hash, self.records + 1);
        Ok(())
    }

    /// Compares the end with `head`; without one, as in a file, with the last signed anchor, which
    /// must name the last record: a file whose anchors were taken out proves nothing.
    ///
    /// # Errors
    /// Records are missing at the end.
    pub fn finish(self, head: Option<AuditHead>) -> Result<Proof, Finding> {
        let seq = self.last + 1;
        if let Some((anchored, _)) = self.anchors.last_key_value() {
            let problem = if *anchored > self.last {
                "it is missing: the log was longer when it was anchored"
            } else {
                "an anchor names a record from before the chain"
            };
            return Err(Finding { seq, problem });
        }
        if head.is_none() && self.signed && self.anchored_to != Some(self.last) {
            return Err(Finding {
                seq,
                problem: "the file does not end where a signed anchor says",
            });
        }
        let ends_there = head.is_none_or(|head| head.seq == self.last && head.hash == self.hash);
        if !ends_there {
            return Err(Finding {
                seq,
                problem: "the log does not end where its head says",
            });
        }
        Ok(Proof {
            records: self.records,
            before_chain: self.begins_after,
            anchors: self.reached,
            anchored_to: self.anchored_to,
            signed: self.signed,
        })
    }
}

/// Verifies the log of a workspace where it is stored. The outer error is a failure to read.
///
/// # Errors
/// Database or file of anchors.
pub async fn verify_log(
    store: &Store,
    anchors: &Anchors,
    tenant: TenantId,
) -> Result<Result<Proof, Finding>, AnchorError> {
    let known = anchors.read(tenant).await?;
    let mut tx = store.enter(tenant).await?;
    let ends = store::audit::ends(&mut tx).await?;
    tx.commit().await?;
    let Some(ends) = ends else {
        return Ok(Err(Finding {
            seq: 1,
            problem: "the head of the log is gone",
        }));
    };
    let head = ends.head;
    // What stands outside the chain's range would be shown and never proven.
    for seq in [ends.lowest, ends.highest].into_iter().flatten() {
        if seq < 1 || seq > head.seq {
            let problem = "it stands outside the chain";
            return Ok(Err(Finding { seq, problem }));
        }
    }
    let key = anchors.key(tenant);
    let mut verifier = match Verifier::new(tenant, head.begins_after, &known, Some(&key)) {
        Ok(verifier) => verifier,
        Err(finding) => return Ok(Err(finding)),
    };
    let mut after = head.begins_after;
    while after < head.seq {
        let mut tx = store.enter(tenant).await?;
        let batch = store::audit::chained(&mut tx, after, BATCH).await?;
        tx.commit().await?;
        if batch.is_empty() {
            break;
        }
        // Records that were added since the head was read are for the next time.
        for record in batch.iter().filter(|record| record.row.seq <= head.seq) {
            if let Err(finding) = verifier.take(record) {
                return Ok(Err(finding));
            }
        }
        after = batch.last().map_or(head.seq, |record| record.row.seq);
    }
    Ok(verifier.finish(Some(head)))
}

#[cfg(test)]
mod tests {
    use super::{Finding, Verifier};
    use crate::audit::AuditKey;
    use contract::TenantId;
    use store::audit::{AuditHead, AuditRow, ChainedRow, HASH_LEN, hash_of};
    use store::platform::audit_anchors::AnchorRow;
    use uuid::Uuid;
    use zeroize::Zeroizing;

    fn tenant() -> TenantId {
        TenantId::from_uuid(Uuid::from_u128(7))
    }

    fn key(byte: u8) -> AuditKey {
        AuditKey::new(Zeroizing::new([byte; 32]))
    }

    fn log(length: i64) -> Vec<ChainedRow> {
        let mut prev = [0; HASH_LEN];
        let record = |seq: i64| {
            let row = AuditRow {
                seq,
                at_ms: 1_000 + seq,
                actor: None,
                actor_name: "operator".to_owned(),
                action: "deed.done".to_owned(),
                object: seq.to_string(),
                detail: serde_json::json!({}),
            };
            let hash = hash_of(tenant(), &row, &prev);
            let record = ChainedRow {
                row,
                prev: Some(prev),
                hash: Some(hash),
            };
            prev = hash;
            record
        };
        (1..=length).map(record).collect()
    }

    fn verify(log: &[ChainedRow], anchors: &[AnchorRow]) -> Result<u64, Finding> {
        let mut verifier = Verifier::new(tenant(), 0, anchors, Some(&key(1)))?;
        for record in log {
            verifier.take(record)?;
        }
        verifier.finish(None).map(|proof| proof.records)
    }

    fn head_of(record: &ChainedRow) -> AuditHead {
        AuditHead {
            seq: record.row.seq,
            hash: record.hash.unwrap(),
            begins_after: 0,
        }
    }

    fn anchor_of(log: &[ChainedRow]) -> AnchorRow {
        let last = log.last().unwrap();
        key(1).anchor(tenant(), &head_of(last), 5)
    }

    #[test]
    fn a_whole_log_is_whole() {
        let whole = log(9);
        assert_eq!(
            verify(&whole, &[anchor_of(&whole[..4]), anchor_of(&whole)]),
            Ok(9)
        );
    }

    #[test]
    fn the_first_bad_record_is_named() {
        let whole = log(9);
        let bad = |spoil: &dyn Fn(&mut Vec<ChainedRow>)| {
            let mut spoiled = whole.clone();
            spoil(&mut spoiled);
            verify(&spoiled, &[]).unwrap_err().seq
        };
        assert_eq!(bad(&|log| log[3].row.object.push('x')), 4, "edited");
        assert_eq!(bad(&|log| log[3].row.at_ms -= 1), 4, "re-timed");
        assert_eq!(bad(&|log| log[3].row.actor_name.clear()), 4, "renamed");
        assert_eq!(bad(&|log| drop(log.remove(3))), 4, "removed");
        assert_eq!(bad(&|log| log.swap(3, 4)), 4, "swapped");
        assert_eq!(bad(&|log| log.insert(3, log[3].clone())), 5, "put in twice");
        let rewritten = |log: &mut Vec<ChainedRow>| {
            log[3].row.object.push('x');
            let prev = log[3].prev.unwrap();
            log[3].hash = Some(hash_of(tenant(), &log[3].row, &prev));
        };
        assert_eq!(bad(&rewritten), 5, "rewritten, but not what follows");
    }

    #[test]
    fn anchors_find_what_the_chain_alone_cannot() {
        let whole = log(9);
        let anchor = anchor_of(&whole);
        assert!(verify(&whole, &[]).is_err(), "anchors taken out");
        let older = [anchor_of(&whole[..4])];
        assert!(verify(&whole, &older).is_err(), "an older anchor");
        let moved = Verifier::new(tenant(), 3, &[anchor_of(&whole)], Some(&key(1)));
        assert!(moved.is_err(), "the beginning was moved");
        let cut = verify(&whole[..6], std::slice::from_ref(&anchor)).unwrap_err();
        assert_eq!(cut.seq, 7);
        assert_eq!(
            verify(&[], std::slice::from_ref(&anchor)).unwrap_err().seq,
            1
        );
        let mut other = log(8);
        other.extend(log(9).into_iter().skip(8).map(|mut record| {
            record.row.object.push('x');
            record.hash = Some(hash_of(tenant(), &record.row, &record.prev.unwrap()));
            record
        }));
        let rewritten = verify(&other, std::slice::from_ref(&anchor)).unwrap_err();
        assert_eq!(rewritten.seq, 9);
        let mut forged = anchor;
        forged.seq = 6;
        assert!(
            verify(&whole[..6], &[forged])
                .unwrap_err()
                .problem
                .contains("signature")
        );
        let neighbours = key(2).anchor(tenant(), &head_of(&whole[8]), 5);
        assert!(
            verify(&whole, &[neighbours])
                .unwrap_err()
                .problem
                .contains("signature")
        );
    }
}
