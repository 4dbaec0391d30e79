//! Ids and secrets that are the same in every run, so that a failing test fails again.

use std::sync::atomic::{AtomicU64, Ordering};

use membership_core::port::Random;
use uuid::{Builder, Uuid};

/// Ids and secrets that follow from a seed and from how many were taken. Guessable on purpose: for tests only.
#[derive(Debug)]
pub struct SeededRandom {
    seed: u64,
    taken: AtomicU64,
}

/// The milliseconds from which the ids count, so that they sort in the order in which they were taken.
const FIRST_MILLISECOND: u64 = 1_772_366_400_000;

impl SeededRandom {
    /// The sequence of this seed.
    pub fn new(seed: u64) -> Self {
        Self { seed, taken: AtomicU64::new(0) }
    }

    fn next(&self) -> (u64, u64) {
        let taken = self.taken.fetch_add(1, Ordering::SeqCst);
        (taken, mixed(self.seed ^ mixed(taken)))
    }
}

impl Default for SeededRandom {
    fn default() -> Self {
        Self::new(1)
    }
}

impl Random for SeededRandom {
    fn id(&self) -> Uuid {
        let (taken, noise) = self.next();
        let mut random = [0; 10];
        for (to, from) in random.iter_mut().zip(noise.to_be_bytes().into_iter().chain(taken.to_be_bytes())) {
            *to = from;
        }
        Builder::from_unix_timestamp_millis(FIRST_MILLISECOND.saturating_add(taken), &random).into_uuid()
    }

    fn secret(&self) -> [u8; 32] {
        let (_, mut noise) = self.next();
        let mut secret = [0; 32];
        for chunk in secret.chunks_mut(8) {
            noise = mixed(noise);
            chunk.copy_from_slice(&noise.to_be_bytes());
        }
        secret
    }
}

/// Sebastiano Vigna's SplitMix64: every number has its own successor, and neighbours look unrelated.
fn mixed(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_one_sequence_of_different_ids_in_order() {
        let ids = |seed| {
            let random = SeededRandom::new(seed);
            (0..100).map(|_| random.id()).collect::<Vec<_>>()
        };
        assert_eq!(ids(7), ids(7));
        assert_ne!(ids(7), ids(8));
        assert!(ids(7).is_sorted_by(|one, next| one < next));
        assert_ne!(SeededRandom::new(7).secret(), SeededRandom::new(8).secret());
    }
}
