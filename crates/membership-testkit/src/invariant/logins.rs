//! Promises about logins that somebody else has set up.

use membership_core::id::MemberId;
use membership_core::member::Member;
use membership_core::set_up::{InitialPassword, SetUpCode, SetUpLink};
use membership_core::user::User;
use time::OffsetDateTime;

use super::{Transition, Violation};
use crate::memory::Dump;

/// S2.6: "the first login demands a new password." As long as a password is one that somebody else has set, choosing
/// one's own is due.
///
/// # Errors
/// The first account that could go on with it.
pub fn s2_6_an_initial_password_must_be_replaced(dump: &Dump, _: OffsetDateTime) -> Result<(), Violation> {
    let broken = dump.users.values().find(|it| it.initial_password.is_some() && !it.password_due);
    broken.map_or(Ok(()), |user| {
        let what = "its initial password need not be replaced";
        Err(Violation::new("s2_6_an_initial_password_must_be_replaced", user.id, what))
    })
}

/// S4.6: the report tells since when each login is there, and of nobody else.
///
/// # Errors
/// The first member whose login is undated, or whose date is without a login.
pub fn s4_6_every_login_is_dated_and_nothing_else(dump: &Dump, _: OffsetDateTime) -> Result<(), Violation> {
    for member in dump.organizations.values().flat_map(|rows| rows.members.values()) {
        if member.user.is_some() != member.login_since.is_some() {
            let what = "since when it has a login does not fit whether it has one";
            return Err(Violation::new("s4_6_every_login_is_dated_and_nothing_else", member.id, what));
        }
    }
    Ok(())
}

/// S4.3: a round writes to a member once, by a link of its own, and never to who has a login.
///
/// # Errors
/// The first member to whom it was otherwise.
pub fn s4_3_a_round_writes_once_and_to_nobody_with_a_login(transition: &Transition<'_>) -> Result<(), Violation> {
    let broken = |place: String, what: &str| {
        Err(Violation::new("s4_3_a_round_writes_once_and_to_nobody_with_a_login", place, what))
    };
    for (id, rows) in &transition.after.organizations {
        let earlier = transition.before.organizations.get(id);
        for (member, after) in &rows.members {
            let numbers = &after.rounds.numbers;
            if !numbers.is_sorted_by(|one, next| one < next) {
                return broken(member.to_string(), "a round wrote to them twice");
            }
            let Some(before) = earlier.and_then(|rows| rows.members.get(member)) else { continue };
            let generation = |it: &Member| it.set_up.map_or(0, |link| link.generation);
            let written = numbers.len() > before.rounds.numbers.len();
            if written && (before.user.is_some() || generation(after) != generation(before) + 1) {
                return broken(member.to_string(), "a round wrote to them with a login, or without a link of its own");
            }
        }
    }
    Ok(())
}

/// S4.9: clearing logins takes an account from nobody who belongs anywhere.
///
/// # Errors
/// The first person who lost more than this organization.
pub fn s4_9_clearing_takes_nobodys_access_elsewhere(transition: &Transition<'_>) -> Result<(), Violation> {
    let broken =
        |place: String, what: &str| Err(Violation::new("s4_9_clearing_takes_nobodys_access_elsewhere", place, what));
    let opens = |it: &User| it.password.is_some() || !it.identities.is_empty();
    for (id, before) in &transition.before.users {
        let Some(after) = transition.after.users.get(id) else { continue };
        let belongs = || transition.after.organizations.values().any(|rows| rows.member_of(*id).is_some());
        if opens(before) && !opens(after) && after.emails.is_empty() && belongs() {
            return broken(id.to_string(), "the account was cleared, and belongs to an organization still");
        }
    }
    Ok(())
}

/// I12, for what somebody else has set up: a personal link and an initial password work once. What was used stays used
/// until there is a newer one.
///
/// # Errors
/// The first that could be used again.
pub fn i12_links_and_initial_passwords_work_once(transition: &Transition<'_>) -> Result<(), Violation> {
    let broken =
        |place: String, what: &str| Err(Violation::new("i12_links_and_initial_passwords_work_once", place, what));
    for (id, before) in &transition.before.users {
        let again = |old: InitialPassword, new: InitialPassword| old.used_at.is_some() && new.used_at != old.used_at;
        if let Some(after) = transition.after.users.get(id)
            && before.password_generation == after.password_generation
            && before.initial_password.zip(after.initial_password).is_some_and(|(old, new)| again(old, new))
        {
            return broken(id.to_string(), "its initial password was used twice");
        }
    }
    for (id, rows) in &transition.before.organizations {
        let after = transition.after.organizations.get(id);
        for (member, before) in &rows.members {
            let links = before.set_up.zip(after.and_then(|rows| rows.members.get(member)).and_then(|it| it.set_up));
            let again = |(old, new): (SetUpLink, SetUpLink)| {
                let rises = new.generation > old.generation;
                !rises && (new.generation < old.generation || (old.used_at.is_some() && new.used_at != old.used_at))
            };
            if links.is_some_and(again) {
                return broken(member.to_string(), "its personal link came back to life");
            }
        }
    }
    Ok(())
}

/// A28: wrong guesses at a code add up, each of them, to so many at most, until there is another link; and no code comes to
/// a link that was made without it.
///
/// # Errors
/// The first member to whose code it was otherwise.
pub fn a28_a_code_that_guesses_have_ended_stays_dead(transition: &Transition<'_>) -> Result<(), Violation> {
    for (id, rows) in &transition.before.organizations {
        let Some(after) = transition.after.organizations.get(id) else { continue };
        let guesses = |member: &MemberId| {
            let told = after.log.iter().skip(rows.log.len());
            let of_member = told.filter(|it| it.event == "set-up-code-missed" && it.subject == member.0);
            u32::try_from(of_member.count()).unwrap_or(u32::MAX)
        };
        for (member, before) in &rows.members {
            let links = before.set_up.zip(after.members.get(member).and_then(|it| it.set_up));
            let Some((old, new)) = links.filter(|(old, new)| old.generation == new.generation) else { continue };
            let holds = match (old.code, new.code) {
                (_, None) => true,
                (None, Some(_)) => false,
                (Some(old), Some(new)) => {
                    let same = (old.locator, old.expires_at) == (new.locator, new.expires_at);
                    let counted = new.misses == old.misses.saturating_add(guesses(member));
                    same && counted && new.misses <= SetUpCode::MOST_MISSES
                }
            };
            if !holds {
                let name = "a28_a_code_that_guesses_have_ended_stays_dead";
                return Err(Violation::new(name, member, "its code can be guessed at again"));
            }
        }
    }
    Ok(())
}
