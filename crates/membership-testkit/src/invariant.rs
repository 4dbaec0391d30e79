//! The promises as named checks on all that is stored. Each quotes the promise it judges.
//!
//! A check of a state looks at a [`Dump`]; a check of a [`Transition`] compares what was before a commit with what is
//! after it. They are written from the promises, not from the code that keeps them: the grant ceiling, for one, is
//! spelled out here a second time.

use std::fmt;

use time::OffsetDateTime;

use crate::memory::Dump;

mod grants;
mod history;
mod logins;
mod rows;
mod shares;
mod wordings;

pub use grants::i9_nobody_grants_more_than_they_hold;
pub use history::{
    i3_an_invitation_ends_once, i6_every_message_has_its_cause, i15_every_log_is_an_intact_chain,
    i15_one_entry_for_every_event,
};
pub use logins::{
    a28_a_code_that_guesses_have_ended_stays_dead, i12_links_and_initial_passwords_work_once,
    s2_6_an_initial_password_must_be_replaced, s4_3_a_round_writes_once_and_to_nobody_with_a_login,
    s4_6_every_login_is_dated_and_nothing_else, s4_9_clearing_takes_nobodys_access_elsewhere,
};
pub use rows::{
    attendance_is_of_what_is_there, i1_one_active_owner, i2_counters_equal_the_rows,
    i2_taken_seats_never_rise_above_the_limit, i4_one_membership_and_one_offer_each,
};

pub use shares::{i8_a_share_has_a_holder_and_a_record, i9_nobody_shares_above_their_own};
pub use wordings::s0_8_every_text_in_use_says_what_it_must;

/// A promise that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Which one: the name of its check.
    pub invariant: &'static str,
    /// Where: the organization, invitation, member or user.
    pub place: String,
    /// What is wrong there.
    pub what: String,
}

impl Violation {
    /// Says what is wrong, and where.
    pub fn new(invariant: &'static str, place: impl fmt::Display, what: impl Into<String>) -> Self {
        Self { invariant, place: place.to_string(), what: what.into() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} does not hold at {}: {}", self.invariant, self.place, self.what)
    }
}

impl std::error::Error for Violation {}

/// What was before a commit, and what is after it.
#[derive(Debug, Clone, Copy)]
pub struct Transition<'a> {
    /// All rows before.
    pub before: &'a Dump,
    /// All rows after.
    pub after: &'a Dump,
    /// The instant of the commit.
    pub now: OffsetDateTime,
}

/// A check of a state.
pub type StateCheck = fn(&Dump, OffsetDateTime) -> Result<(), Violation>;

/// A check of a transition.
pub type TransitionCheck = fn(&Transition<'_>) -> Result<(), Violation>;

/// Every check of a state, by name.
pub const OF_STATES: [(&str, StateCheck); 9] = [
    ("i1_one_active_owner", i1_one_active_owner),
    ("i2_counters_equal_the_rows", i2_counters_equal_the_rows),
    ("i4_one_membership_and_one_offer_each", i4_one_membership_and_one_offer_each),
    ("attendance_is_of_what_is_there", attendance_is_of_what_is_there),
    ("i6_every_message_has_its_cause", i6_every_message_has_its_cause),
    ("i8_a_share_has_a_holder_and_a_record", i8_a_share_has_a_holder_and_a_record),
    ("s0_8_every_text_in_use_says_what_it_must", s0_8_every_text_in_use_says_what_it_must),
    ("s2_6_an_initial_password_must_be_replaced", s2_6_an_initial_password_must_be_replaced),
    ("s4_6_every_login_is_dated_and_nothing_else", s4_6_every_login_is_dated_and_nothing_else),
];

/// Every check of a transition, by name.
pub const OF_TRANSITIONS: [(&str, TransitionCheck); 9] = [
    ("i2_taken_seats_never_rise_above_the_limit", i2_taken_seats_never_rise_above_the_limit),
    ("i3_an_invitation_ends_once", i3_an_invitation_ends_once),
    ("i9_nobody_grants_more_than_they_hold", i9_nobody_grants_more_than_they_hold),
    ("i9_nobody_shares_above_their_own", i9_nobody_shares_above_their_own),
    ("i12_links_and_initial_passwords_work_once", i12_links_and_initial_passwords_work_once),
    ("s4_3_a_round_writes_once_and_to_nobody_with_a_login", s4_3_a_round_writes_once_and_to_nobody_with_a_login),
    ("s4_9_clearing_takes_nobodys_access_elsewhere", s4_9_clearing_takes_nobodys_access_elsewhere),
    ("a28_a_code_that_guesses_have_ended_stays_dead", a28_a_code_that_guesses_have_ended_stays_dead),
    ("i15_every_log_is_an_intact_chain", i15_every_log_is_an_intact_chain),
];

/// Checks everything there is to check after a commit.
///
/// # Errors
/// The first promise that does not hold.
pub fn check(transition: &Transition<'_>) -> Result<(), Violation> {
    for (_, check) in OF_STATES {
        check(transition.after, transition.now)?;
    }
    for (_, check) in OF_TRANSITIONS {
        check(transition)?;
    }
    Ok(())
}
