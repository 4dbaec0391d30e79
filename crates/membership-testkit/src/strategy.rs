//! Random organizations, people and deeds: what property tests walk through. Public, for your own rules and stores.
//!
//! A [`Walk`] names nobody by id. Each [`Step`] points at what will be there when its turn comes ("the third member"),
//! so that most steps mean something, whatever came before; [`Step::resolve`] turns it into a command. Besides, steps
//! name strangers, other organizations' rows and ids that do not exist.

use membership_core::preset::PRESETS;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{Just, Strategy, any, prop_oneof};

mod resolve;
mod step;

pub use resolve::Move;
pub use step::{Acceptance, Act, By, Deed, Guest, Jump, LinkChoice, Pick, Step, Target, When};
pub use step::{act, deed, jump, step};

/// The most steps a walk has.
pub const LONGEST_WALK: usize = 40;

/// How many people there are to be invited; few enough that they meet again.
pub const PEOPLE: u32 = 9;

/// A random walk: an organization and what happens from there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walk {
    /// The preset of the first organization.
    pub preset: &'static str,
    /// Its seat limit.
    pub seats: Option<u32>,
    /// What happens.
    pub steps: Vec<Step>,
}

/// The name of any preset.
pub fn preset() -> impl Strategy<Value = &'static str> + Clone {
    (0..PRESETS.len()).prop_map(|index| PRESETS.get(index).map_or("team", |preset| preset.key))
}

/// A seat limit: none, or a small one, so that it is reached.
pub fn seats() -> impl Strategy<Value = Option<u32>> + Clone {
    prop_oneof![1 => Just(None), 4 => (0_u32..6).prop_map(Some)]
}

/// Any point at something; it counts round what there is.
pub fn pick() -> impl Strategy<Value = Pick> + Clone {
    any::<u16>().prop_map(Pick)
}

/// A walk that begins in an organization of any preset.
pub fn walk() -> impl Strategy<Value = Walk> + Clone {
    walk_from(preset())
}

/// A walk that begins in an organization of this preset.
pub fn walk_of(key: &'static str) -> impl Strategy<Value = Walk> + Clone {
    walk_from(Just(key))
}

fn walk_from(preset: impl Strategy<Value = &'static str> + Clone) -> impl Strategy<Value = Walk> + Clone {
    let steps = vec(step(), 1..=LONGEST_WALK);
    // The first organization has a seat for its founder, or there would be nothing to walk in.
    let seats = option::weighted(0.8, 1_u32..8);
    (preset, seats, steps).prop_map(|(preset, seats, steps)| Walk { preset, seats, steps })
}
