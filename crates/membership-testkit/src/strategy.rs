//! Random organizations, people and deeds: what property tests walk through. Public, for your own rules and stores.
//!
//! A [`Walk`] names nobody by id. Each [`Step`] points at what will be there when its turn comes ("the third member"),
//! so that most steps mean something, whatever came before; [`Step::resolve`] turns it into a command. Besides, steps
//! name strangers, other organizations' rows and ids that do not exist.

use membership_core::preset::PRESETS;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{BoxedStrategy, Just, Strategy, any, prop_oneof};

mod attendance;
mod imports;
mod people;
mod resolve;
mod step;

use attendance::dates;
pub use attendance::{Attend, Dates, PlacePick};
pub use imports::{Importing, RowPick};
pub use resolve::Move;
pub use step::{Acceptance, Act, By, Deed, Guest, Jump, LinkChoice, Pick, Step, Target, Theme, When};
pub use step::{act, deed, guest, jump, step, theme};

/// The most steps a walk has.
pub const LONGEST_WALK: usize = 50;

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
pub fn preset() -> BoxedStrategy<&'static str> {
    (0..PRESETS.len()).prop_map(|index| PRESETS.get(index).map_or("team", |preset| preset.key)).boxed()
}

/// A seat limit: none, or a small one, so that it is reached.
pub fn seats() -> BoxedStrategy<Option<u32>> {
    prop_oneof![1 => Just(None), 4 => (0_u32..6).prop_map(Some)].boxed()
}

/// Any point at something; it counts round what there is.
pub fn pick() -> BoxedStrategy<Pick> {
    any::<u16>().prop_map(Pick).boxed()
}

/// A walk that begins in an organization of any preset.
pub fn walk() -> BoxedStrategy<Walk> {
    walk_from(preset(), theme())
}

/// A walk that begins in an organization of any preset and is mostly about one thing.
pub fn walk_about(theme: Theme) -> BoxedStrategy<Walk> {
    walk_from(preset(), Just(theme).boxed())
}

/// A walk that begins in an organization of this preset.
pub fn walk_of(key: &'static str) -> BoxedStrategy<Walk> {
    walk_from(Just(key).boxed(), theme())
}

fn walk_from(preset: BoxedStrategy<&'static str>, theme: BoxedStrategy<Theme>) -> BoxedStrategy<Walk> {
    // The first organization has a seat for its founder, and mostly some members, or little could happen in it.
    let seats = option::weighted(0.7, 2_u32..9);
    let joined = vec(guest(), 0..=MOST_FIRST_MEMBERS).prop_map(joining);
    let program = option::weighted(0.6, dates()).prop_map(program);
    let most = LONGEST_WALK - 2 * MOST_FIRST_MEMBERS - 3;
    let steps = theme.prop_flat_map(move |theme| vec(step(theme), 1..=most));
    (preset, seats, joined, program, steps)
        .prop_map(|(preset, seats, mut joined, program, steps)| {
            joined.extend(program);
            joined.extend(steps);
            Walk { preset, seats, steps: joined }
        })
        .boxed()
}

/// The owner makes a group, a program that it attends, and a session of it.
fn program(dates: Option<Dates>) -> Vec<Step> {
    let Some(dates) = dates else { return Vec::new() };
    let acts = [
        Attend::CreateGroup,
        Attend::CreateProgram { group: Some(Pick(1)) },
        Attend::CreateSession { program: Pick(1), dates },
    ];
    acts.map(|attend| Step::Act { organization: Pick(1), by: By::Owner, act: Act::Attend(attend) }).into()
}

/// How many members the first organization gets at most before anything else happens.
const MOST_FIRST_MEMBERS: usize = 6;

/// The owner invites these people, and they accept.
fn joining(guests: Vec<Guest>) -> Vec<Step> {
    let in_turn = |(index, guest): (u16, Guest)| {
        let invite =
            Act::Invite { guests: vec![Guest { opens_at: None, leads_into: None, ..guest }], all_or_none: true };
        let accept = Act::Accept {
            // The only one that is outstanding by then.
            invitation: Pick(index),
            link: LinkChoice::Present,
            acceptance: if index % 2 == 0 { Acceptance::SignedIn } else { Acceptance::Newcomer(None) },
        };
        [invite, accept].map(|act| Step::Act { organization: Pick(1), by: By::Owner, act })
    };
    (1..).zip(guests).flat_map(in_turn).collect()
}
