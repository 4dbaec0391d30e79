//! Promises about records: who holds a share, and who may have given it.

use membership_core::audit::AuditEntry;
use membership_core::member::MemberStatus;
use membership_core::policy::SeatPolicy;
use membership_core::resource::{Holder, Level, Resource, Share};
use membership_core::role::Permission;
use time::OffsetDateTime;

use super::{Transition, Violation};
use crate::memory::{Dump, OrganizationRows};

/// S3.6, I8: "Removal holds from the next request on". A share is held by a member or a group, of a record that is there.
///
/// # Errors
/// The first share of somebody who is gone, or of nothing.
pub fn i8_a_share_has_a_holder_and_a_record(dump: &Dump, _: OffsetDateTime) -> Result<(), Violation> {
    for (id, rows) in &dump.organizations {
        for share in rows.shares.values() {
            let broken = |what: String| Err(Violation::new("i8_a_share_has_a_holder_and_a_record", id, what));
            let is_there = match share.holder {
                Holder::Member(member) => rows.members.contains_key(&member),
                Holder::Group(group) => rows.groups.contains_key(&group),
            };
            if !is_there {
                return broken(format!("{} is shared with {:?}, which is not there", share.resource, share.holder));
            }
            if !rows.resources.contains_key(&share.resource) {
                return broken(format!("{} is shared, and is no record", share.resource));
            }
        }
    }
    Ok(())
}

/// I9 for records: "Nobody grants more than they hold." A share that is new or higher after a commit was given by
/// somebody who controlled the record before it, or by whoever registered it in this very commit, to themselves.
///
/// # Errors
/// The first share that was not theirs to give.
pub fn i9_nobody_shares_above_their_own(transition: &Transition<'_>) -> Result<(), Violation> {
    for (id, after) in &transition.after.organizations {
        let Some(before) = transition.before.organizations.get(id) else { continue };
        for (key, share) in &after.shares {
            let earlier = before.shares.get(key).map(|it| it.level);
            if earlier.is_some_and(|level| share.level <= level) {
                continue;
            }
            let entries = || after.log.iter().skip(before.log.len());
            let subject = share.resource.subject(*id);
            let entry = entries().find(|it| it.event == "record-shared" && it.subject == subject);
            let given = entry.is_some_and(|entry| {
                let registered = entries().any(|it| it.event == "record-registered" && it.subject == subject);
                may_give((before, after), share, entry, registered, transition.now)
            });
            if !given {
                let what = format!("{} was shared with {:?} by somebody who could not", share.resource, share.holder);
                return Err(Violation::new("i9_nobody_shares_above_their_own", id, what));
            }
        }
    }
    Ok(())
}

fn may_give(
    (before, after): (&OrganizationRows, &OrganizationRows),
    share: &Share,
    entry: &AuditEntry,
    registered: bool,
    now: OffsetDateTime,
) -> bool {
    // A key acts on behalf of the member who made it.
    if !matches!(entry.actor.kind, "user" | "key") {
        return matches!(entry.actor.kind, "operator" | "operator-key" | "system");
    }
    let Some(member) = entry.actor.user.and_then(|user| before.member_of(user)) else { return false };
    let rows = if registered { after } else { before };
    let scheme = &before.head.organization.policy.role_scheme;
    let permits = |permission: &Permission| scheme.role(&member.role).is_some_and(|role| role.permits(permission));
    let needs_seat = before.head.organization.policy.seat_policy != SeatPolicy::Unlimited;
    let full = member.status_at(now) == MemberStatus::Active && (member.seat_at(now) || !needs_seat);
    let owns = before.head.organization.owner == Some(member.id);
    if registered {
        return full && share.holder == Holder::Member(member.id) && (owns || permits(&Permission::WRITE_RECORDS));
    }
    let is_there = |it: &&Resource| it.name == share.resource;
    let by_share = || rows.shares_reaching(&share.resource, member.id).any(|it| it.level == Level::Control);
    let controls = owns || permits(&Permission::CONTROL_RECORDS) || by_share();
    full && rows.resources.values().any(|it| is_there(&it)) && controls
}
