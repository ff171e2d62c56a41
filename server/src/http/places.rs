//! Places for connections: so many in all, and so many for one address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// Connections at once.
const MOST: usize = 8_192;
/// Connections of one address at once; of IPv6, of one network of 64 bits, which is one household.
const MOST_EACH: usize = 512;

/// Counts who is here. Cloning shares the count.
#[derive(Clone, Default)]
pub(super) struct Places(Arc<Mutex<Counts>>);

#[derive(Default)]
struct Counts {
    all: usize,
    each: HashMap<IpAddr, usize>,
}

/// A place, until it is dropped.
pub(super) struct Place {
    places: Places,
    address: IpAddr,
}

impl Places {
    /// A place for one more connection of `address`. `None`: there is none.
    pub(super) fn take(&self, address: IpAddr) -> Option<Place> {
        let address = household(address);
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let theirs = counts.each.get(&address).copied().unwrap_or(0);
        if counts.all >= MOST || theirs >= MOST_EACH {
            return None;
        }
        counts.all += 1;
        counts.each.insert(address, theirs + 1);
        Some(Place {
            places: self.clone(),
            address,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.places.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.all = counts.all.saturating_sub(1);
        match counts.each.get_mut(&self.address) {
            Some(theirs) if *theirs > 1 => *theirs -= 1,
            _ => {
                counts.each.remove(&self.address);
            }
        }
    }
}

fn household(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => {
            let network = address.to_bits() & !u128::from(u64::MAX);
            std::net::Ipv6Addr::from_bits(network).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST, MOST_EACH, Places};
    use std::net::{IpAddr, Ipv4Addr};

    #[test]
    fn one_address_cannot_take_every_place() {
        let places = Places::default();
        let loud: IpAddr = "2001:db8::1".parse().unwrap();
        let neighbour: IpAddr = "2001:db8::2".parse().unwrap();
        let mut held: Vec<_> = std::iter::repeat_with(|| places.take(loud))
            .take(MOST_EACH)
            .collect();
        assert!(held.iter().all(Option::is_some));
        assert!(places.take(neighbour).is_none());
        assert!(places.take("192.0.2.1".parse().unwrap()).is_some());
        held.pop();
        assert!(places.take(neighbour).is_some());
    }

    #[test]
    fn places_end_and_come_back() {
        let places = Places::default();
        let address = |number: usize| IpAddr::from(Ipv4Addr::from_bits(number as u32));
        let held: Vec<_> = (0..MOST)
            .map(|number| places.take(address(number)))
            .collect();
        assert!(held.iter().all(Option::is_some));
        assert!(places.take(address(MOST + 1)).is_none());
        drop(held);
        assert!(places.take(address(MOST + 1)).is_some());
        assert!(places.0.lock().unwrap().each.is_empty());
    }
}
