//! Promises about what may stand side by side: owners, seats, memberships and offers.

use std::collections::BTreeMap;

use membership_core::invitation::InvitationState;
use membership_core::member::MemberStatus;
use membership_core::organization::OrganizationState;
use membership_core::program::Session;
use time::OffsetDateTime;

use super::{Transition, Violation};
use crate::memory::{Dump, OrganizationRows};

/// I1: "Every live organization has exactly one owner, an active member of it, at every committed state."
///
/// # Errors
/// The first organization without one.
pub fn i1_one_active_owner(dump: &Dump, now: OffsetDateTime) -> Result<(), Violation> {
    for (id, rows) in &dump.organizations {
        let broken = |what: &str| Err(Violation::new("i1_one_active_owner", id, what));
        let owner = rows.head.organization.owner;
        match rows.head.organization.state {
            OrganizationState::Deleted => {}
            OrganizationState::AwaitingOwner if owner.is_some() => return broken("it awaits an owner and has one"),
            OrganizationState::AwaitingOwner => {}
            OrganizationState::Live => match owner.and_then(|owner| rows.members.get(&owner)) {
                None => return broken("its owner is no member of it"),
                Some(owner) if owner.user.is_none() => return broken("its owner has no login"),
                Some(owner) if owner.status_at(now) != MemberStatus::Active => {
                    return broken("its owner is not active");
                }
                Some(_) => {}
            },
        }
    }
    Ok(())
}

/// I2, second half: "counters equal the rows they count".
///
/// # Errors
/// The first organization whose counters do not.
pub fn i2_counters_equal_the_rows(dump: &Dump, _: OffsetDateTime) -> Result<(), Violation> {
    for (id, rows) in &dump.organizations {
        let broken = |what: String| Err(Violation::new("i2_counters_equal_the_rows", id, what));
        let assigned = rows.members.values().filter(|it| it.seat).count();
        let reserved = rows.invitations.values().filter(|it| it.reserves_seat).count();
        let seats = rows.head.seats;
        if (u64::from(seats.assigned), u64::from(seats.reserved)) != (count(assigned), count(reserved)) {
            return broken(format!("{seats:?}, but {assigned} are assigned and {reserved} reserved"));
        }
        let waiting = rows.members.values().filter(|it| it.waits_since.is_some()).count();
        if u64::from(seats.waiting) != count(waiting) {
            return broken(format!("{seats:?}, but {waiting} wait"));
        }
        if let Some(it) = rows.members.values().find(|it| it.seat && it.waits_since.is_some()) {
            return broken(format!("member {} holds a seat and waits for one", it.id));
        }
        let ended = |state| state != InvitationState::Pending;
        if let Some(it) = rows.invitations.values().find(|it| it.reserves_seat && ended(it.state)) {
            return broken(format!("invitation {} has ended and still reserves a seat", it.id));
        }
    }
    Ok(())
}

/// I2, first half: "No committed operation raises taken seats (assigned + reserved) above the limit." Seats are counted
/// as they are at the instant of the commit: what has lapsed by then takes none.
///
/// # Errors
/// The first organization where one did.
pub fn i2_taken_seats_never_rise_above_the_limit(transition: &Transition<'_>) -> Result<(), Violation> {
    for (id, after) in &transition.after.organizations {
        let Some(limit) = after.head.seats.limit.map(u64::from) else { continue };
        let before = transition.before.organizations.get(id).map_or(0, |rows| taken(rows, transition.now));
        let now = taken(after, transition.now);
        if before < now && limit < now {
            let what = format!("{before} seats were taken and {now} are, of {limit}");
            return Err(Violation::new("i2_taken_seats_never_rise_above_the_limit", id, what));
        }
    }
    Ok(())
}

fn taken(rows: &OrganizationRows, now: OffsetDateTime) -> u64 {
    let assigned = rows.members.values().filter(|it| it.seat_at(now)).count();
    let reserved = rows.invitations.values().filter(|it| it.reserves_seat && it.is_outstanding(now)).count();
    count(assigned + reserved)
}

/// I4: "An invitation yields at most one membership; one live membership per user and organization; one pending
/// invitation per address and organization." Offers are counted as they are written: one that has lapsed is settled
/// before the next one is made.
///
/// # Errors
/// The first organization where there are two.
pub fn i4_one_membership_and_one_offer_each(dump: &Dump, _: OffsetDateTime) -> Result<(), Violation> {
    for (id, rows) in &dump.organizations {
        let twice = |what: String| Violation::new("i4_one_membership_and_one_offer_each", id, what);
        let users = rows.members.values().filter_map(|it| it.user);
        once(users).map_err(|user| twice(format!("user {user} has two memberships")))?;
        let led_to = rows.invitations.values().filter_map(|it| it.member);
        once(led_to).map_err(|member| twice(format!("two invitations led to membership {member}")))?;
        let pending = rows.invitations.values().filter(|it| it.state == InvitationState::Pending).map(|it| &it.email);
        once(pending).map_err(|email| twice(format!("two invitations to {email} are pending")))?;
        let accepted = rows.log.iter().filter(|entry| entry.event == "invitation-accepted").map(|entry| entry.subject);
        once(accepted).map_err(|invitation| twice(format!("invitation {invitation} was accepted twice")))?;
    }
    Ok(())
}

/// Who is in a group is a member, of a group that is there; who is enrolled by name is a member, in a session of a program
/// that is there; and a session ends after it begins.
///
/// # Errors
/// The first organization where something hangs in the air.
pub fn attendance_is_of_what_is_there(dump: &Dump, _: OffsetDateTime) -> Result<(), Violation> {
    for (id, rows) in &dump.organizations {
        let broken = |what: String| Err(Violation::new("attendance_is_of_what_is_there", id, what));
        let hangs = |it: &(_, _)| !rows.groups.contains_key(&it.0) || !rows.members.contains_key(&it.1);
        if let Some((group, member)) = rows.group_members.keys().find(|it| hangs(it)) {
            return broken(format!("member {member} is in group {group}, and one of them is gone"));
        }
        let hangs = |it: &(_, _)| !rows.sessions.contains_key(&it.0) || !rows.members.contains_key(&it.1);
        if let Some((session, member)) = rows.enrolments.keys().find(|it| hangs(it)) {
            return broken(format!("member {member} is enrolled in session {session}, and one of them is gone"));
        }
        let is_whole = |it: &Session| rows.programs.contains_key(&it.program) && it.starts_at < it.ends_at;
        if let Some(session) = rows.sessions.values().find(|it| !is_whole(it)) {
            return broken(format!("session {} has no program, or ends before it begins", session.id));
        }
    }
    Ok(())
}

/// Whether each comes once; otherwise one that comes again.
fn once<T: Ord + Clone>(all: impl Iterator<Item = T>) -> Result<(), T> {
    let mut seen = BTreeMap::new();
    for it in all {
        if seen.insert(it.clone(), ()).is_some() {
            return Err(it);
        }
    }
    Ok(())
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
