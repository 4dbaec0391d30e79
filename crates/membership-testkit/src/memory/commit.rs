//! Writing a commit: every guard is checked, and on the first that fails the copy it was written on is thrown away.

use membership_core::api_key::ApiKey;
use membership_core::audit::{AuditEntry, Stream};
use membership_core::changes::{AttendanceChanges, Changes, ClearChanges, ImportChanges, Saved};
use membership_core::id::{ApiKeyId, OrganizationId, SessionId, UserId};
use membership_core::import::ImportRow;
use membership_core::invitation::Invitation;
use membership_core::member::Member;
use membership_core::port::StoreError;
use membership_core::quota::Charge;
use membership_core::resource::Holder;
use membership_core::secret::LinkKind;
use membership_core::user::User;
use membership_core::user_link::UserLink;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use time::OffsetDateTime;

use super::dump::{Dump, OrganizationRows, QueuedMessage};

/// Applies the changes to a copy of what is stored.
pub(super) fn apply(dump: &mut Dump, changes: Changes, now: OffsetDateTime) -> Result<(), StoreError> {
    if let Some(id) = changes.organization {
        organization(dump, id, &changes)?;
    } else if is_about_an_organization(&changes) {
        return Err(StoreError::Corrupt("changes of an organization do not name it".to_owned()));
    }
    users(dump, &changes.users)?;
    accounts(dump, &changes)?;
    keys(&mut dump.operator_keys, &changes.operator_keys)?;
    charge(dump, &changes.charges, now)?;
    for entry in changes.audit {
        append(dump, entry)?;
    }
    for message in changes.messages {
        let key = (message.scope.key(), message.id);
        dump.outbox.entry(key).or_insert_with(|| QueuedMessage::new(message));
    }
    if let Some(receipt) = changes.receipt {
        let key = (receipt.key.scope, receipt.key.key.0);
        let earlier = dump.receipts.insert(key, receipt);
        guard(earlier.is_none_or(|it| it.expires_at <= now))?;
    }
    Ok(())
}

fn is_about_an_organization(changes: &Changes) -> bool {
    changes.head.is_some()
        || changes.organization_row.is_some()
        || !changes.members.is_empty()
        || !changes.removed_members.is_empty()
        || !changes.invitations.is_empty()
        || !changes.keys.is_empty()
        || !changes.attendance.is_empty()
        || !changes.imports.is_empty()
        || !changes.rounds.is_empty()
        || !changes.clears.is_empty()
        || !changes.wordings.is_empty()
        || !changes.resources.is_empty()
        || !changes.removed_resources.is_empty()
        || !changes.shares.is_empty()
        || !changes.removed_shares.is_empty()
}

fn keys(all: &mut BTreeMap<ApiKeyId, ApiKey>, changed: &[Saved<ApiKey>]) -> Result<(), StoreError> {
    for key in changed {
        let earlier = all.get(&key.row.id);
        guard(earlier.map(|it| it.version) == key.expected)?;
        // When a key was last used is not a commit's to write.
        let last_used_at = earlier.map_or(key.row.last_used_at, |it| it.last_used_at);
        all.insert(key.row.id, ApiKey { last_used_at, ..key.row.clone() });
    }
    Ok(())
}

fn charge(dump: &mut Dump, charges: &[Charge], now: OffsetDateTime) -> Result<(), StoreError> {
    for charge in charges {
        let key = (charge.bucket.clone(), charge.cause, charge.allowance.seconds);
        let after = charge.on(dump.spent.get(&key).copied(), now).ok_or(StoreError::Conflict)?;
        dump.spent.insert(key, after);
    }
    Ok(())
}

fn guard(holds: bool) -> Result<(), StoreError> {
    if holds { Ok(()) } else { Err(StoreError::Conflict) }
}

fn organization(dump: &mut Dump, id: OrganizationId, changes: &Changes) -> Result<(), StoreError> {
    if let Some(Saved { expected: None, row }) = &changes.head {
        guard(!dump.organizations.contains_key(&id))?;
        dump.organizations.insert(id, OrganizationRows::new(row.clone()));
    }
    if changes.starts_over {
        start_over(dump, id)?;
    }
    let rows = dump.organizations.get_mut(&id).ok_or(StoreError::Conflict)?;
    if let Some(Saved { expected: Some(revision), row }) = &changes.head {
        guard(rows.head.revision == *revision)?;
        rows.head.seats = row.seats;
        rows.head.subscription = row.subscription.clone();
        rows.head.audit = row.audit;
        rows.head.revision = row.revision;
    }
    if let Some(Saved { expected: Some(version), row }) = &changes.organization_row {
        guard(rows.head.organization.version == *version)?;
        rows.head.organization = row.clone();
    }
    for (member, version) in &changes.removed_members {
        guard(rows.members.remove(member).is_some_and(|it| it.version == *version))?;
        rows.group_members.retain(|(_, it), _| it != member);
        rows.enrolments.retain(|(_, it), _| it != member);
        rows.shares.retain(|(_, holder), _| *holder != Holder::Member(*member));
    }
    changes.members.iter().try_for_each(|member| save_member(rows, member))?;
    for round in &changes.rounds {
        let earlier = rows.rounds.insert(round.row.id, round.row.clone());
        guard(earlier.map(|it| it.version) == round.expected)?;
    }
    let numbers: BTreeSet<_> = rows.rounds.values().map(|it| it.number).collect();
    guard(numbers.len() == rows.rounds.len())?;
    clears(rows, &changes.clears)?;
    keys(&mut rows.keys, &changes.keys)?;
    let numbers: Vec<_> = rows.members.values().filter_map(|it| it.profile.number.as_ref()).collect();
    guard(numbers.iter().collect::<BTreeSet<_>>().len() == numbers.len())?;
    attendance(rows, &changes.attendance)?;
    imports(rows, &changes.imports)?;
    resources(rows, changes)?;
    for wording in &changes.wordings {
        rows.wordings.entry(wording.id).or_insert_with(|| wording.clone());
    }
    changes.invitations.iter().try_for_each(|invitation| save_invitation(rows, invitation))
}

/// Everything of an organization goes but its head, its log and its quotas.
fn start_over(dump: &mut Dump, id: OrganizationId) -> Result<(), StoreError> {
    let rows = dump.organizations.get_mut(&id).ok_or(StoreError::Conflict)?;
    let log = std::mem::take(&mut rows.log);
    *rows = OrganizationRows { log, ..OrganizationRows::new(rows.head.clone()) };
    dump.receipts.retain(|(scope, _), _| *scope != id.0);
    dump.outbox.retain(|(scope, _), _| *scope != id.0);
    Ok(())
}

/// What ends goes first, and what belongs to it ends with it.
fn attendance(rows: &mut OrganizationRows, changes: &AttendanceChanges) -> Result<(), StoreError> {
    for (group, version) in &changes.removed_groups {
        guard(rows.groups.remove(group).is_some_and(|it| it.version == *version))?;
        rows.group_members.retain(|(it, _), _| it != group);
        rows.shares.retain(|(_, holder), _| *holder != Holder::Group(*group));
    }
    for (program, version) in &changes.removed_programs {
        guard(rows.programs.remove(program).is_some_and(|it| it.version == *version))?;
        let gone: Vec<_> = rows.sessions.values().filter(|it| it.program == *program).map(|it| it.id).collect();
        gone.into_iter().for_each(|session| end_session(rows, session));
    }
    for (session, version) in &changes.removed_sessions {
        guard(rows.sessions.get(session).is_some_and(|it| it.version == *version))?;
        end_session(rows, *session);
    }
    for place in &changes.left_groups {
        guard(rows.group_members.remove(place).is_some())?;
    }
    for enrolment in &changes.ended_enrolments {
        guard(rows.enrolments.remove(enrolment).is_some())?;
    }
    for saved in &changes.groups {
        let earlier = rows.groups.insert(saved.row.id, saved.row.clone());
        guard(earlier.map(|it| it.version) == saved.expected)?;
    }
    for saved in &changes.programs {
        let earlier = rows.programs.insert(saved.row.id, saved.row.clone());
        guard(earlier.map(|it| it.version) == saved.expected)?;
    }
    for saved in &changes.sessions {
        let earlier = rows.sessions.insert(saved.row.id, saved.row.clone());
        guard(earlier.map(|it| it.version) == saved.expected)?;
    }
    for it in &changes.joined_groups {
        guard(rows.group_members.insert((it.group, it.member), it.since).is_none())?;
    }
    for it in &changes.enrolled {
        guard(rows.enrolments.insert((it.session, it.member), it.since).is_none())?;
    }
    Ok(())
}

fn imports(rows: &mut OrganizationRows, changes: &ImportChanges) -> Result<(), StoreError> {
    for saved in &changes.saved {
        let earlier = rows.imports.insert(saved.row.id, saved.row.clone());
        guard(earlier.map(|it| it.version) == saved.expected)?;
    }
    for (import, row) in &changes.rows {
        let sealed = row.sealed.clone().filter(|_| row.outcome.is_none());
        let row = ImportRow { sealed, ..row.clone() };
        guard(rows.import_rows.insert((*import, row.position), row).is_none())?;
    }
    for (import, settled) in &changes.settled {
        let row = rows.import_rows.get_mut(&(*import, settled.position)).ok_or(StoreError::Conflict)?;
        row.outcome = Some(settled.outcome.clone());
        row.sealed = None;
    }
    Ok(())
}

fn clears(rows: &mut OrganizationRows, changes: &ClearChanges) -> Result<(), StoreError> {
    for saved in &changes.saved {
        let earlier = rows.clears.insert(saved.row.id, saved.row.clone());
        guard(earlier.map(|it| it.version) == saved.expected)?;
    }
    for login in &changes.taken {
        guard(rows.cleared.insert((login.clear, login.user), login.clone()).is_none())?;
    }
    for key in &changes.settled {
        guard(rows.cleared.remove(key).is_some())?;
    }
    let numbers: BTreeSet<_> = rows.clears.values().map(|it| it.number).collect();
    guard(numbers.len() == rows.clears.len())
}

fn resources(rows: &mut OrganizationRows, changes: &Changes) -> Result<(), StoreError> {
    for (name, version) in &changes.removed_resources {
        guard(rows.resources.remove(name).is_some_and(|it| it.version == *version))?;
        rows.shares.retain(|(resource, _), _| resource != name);
    }
    for (name, holder, version) in &changes.removed_shares {
        guard(rows.shares.remove(&(name.clone(), *holder)).is_some_and(|it| it.version == *version))?;
    }
    for resource in &changes.resources {
        let earlier = rows.resources.insert(resource.row.name.clone(), resource.row.clone());
        guard(earlier.map(|it| it.version) == resource.expected)?;
    }
    for share in &changes.shares {
        let key = (share.row.resource.clone(), share.row.holder);
        let earlier = rows.shares.insert(key, share.row.clone());
        guard(earlier.map(|it| it.version) == share.expected)?;
    }
    Ok(())
}

fn end_session(rows: &mut OrganizationRows, session: SessionId) {
    rows.sessions.remove(&session);
    rows.enrolments.retain(|(it, _), _| *it != session);
}

/// How the mail of a personal link fares is the courier's to write; only a new generation begins anew.
fn save_member(rows: &mut OrganizationRows, saved: &Saved<Member>) -> Result<(), StoreError> {
    let earlier = rows.members.get(&saved.row.id);
    guard(earlier.map(|it| it.version) == saved.expected)?;
    let sent = earlier.and_then(|it| it.set_up);
    let mut row = saved.row.clone();
    if let Some((link, sent)) = row.set_up.as_mut().zip(sent)
        && link.generation == sent.generation
    {
        link.delivery = sent.delivery;
    }
    rows.members.insert(row.id, row);
    Ok(())
}

/// How the mail of a generation fares is the courier's to write; only a new generation begins anew.
fn save_invitation(rows: &mut OrganizationRows, saved: &Saved<Invitation>) -> Result<(), StoreError> {
    let earlier = rows.invitations.get(&saved.row.id);
    guard(earlier.map(|it| it.version) == saved.expected)?;
    let delivery = earlier.filter(|it| it.generation == saved.row.generation).map(|it| it.delivery);
    let row = Invitation { delivery: delivery.unwrap_or(saved.row.delivery), ..saved.row.clone() };
    rows.invitations.insert(row.id, row);
    Ok(())
}

/// Claims are checked when all users are written, so that one commit can pass a username or address on.
fn users(dump: &mut Dump, users: &[Saved<User>]) -> Result<(), StoreError> {
    for user in users {
        let earlier = dump.users.insert(user.row.id, user.row.clone());
        guard(earlier.map(|it| it.version) == user.expected)?;
    }
    users.iter().try_for_each(|user| guard(!dump.users.values().any(|other| claim_the_same(&user.row, other))))
}

fn claim_the_same(one: &User, other: &User) -> bool {
    let names = one.username.as_ref().zip(other.username.as_ref());
    let username = names.is_some_and(|(one, other)| one.looks_like(other));
    let address = one.verified_emails().any(|address| other.has_verified(address));
    let identity = one.identities.iter().any(|it| other.identity(it.id()).is_some());
    one.id != other.id && (username || address || identity)
}

fn accounts(dump: &mut Dump, changes: &Changes) -> Result<(), StoreError> {
    links(dump, &changes.links)?;
    for factors in &changes.second_factors {
        let earlier = dump.second_factors.insert(factors.row.user, factors.row.clone());
        guard(earlier.map(|it| it.version) == factors.expected)?;
    }
    for elsewhere in &changes.signed_out_elsewhere {
        dump.sign_ins.retain(|(user, id), _| *user != elsewhere.user || Some(*id) == elsewhere.kept);
        let kept = elsewhere.kept.and_then(|id| dump.sign_ins.get_mut(&(elsewhere.user, id)));
        if let Some(kept) = kept {
            kept.password_generation = elsewhere.password_generation;
        }
    }
    for sign_in in &changes.sign_ins {
        guard(dump.sign_ins.insert((sign_in.user, sign_in.id), sign_in.clone()).is_none())?;
        dump.last_logins.insert(sign_in.user, sign_in.created_at);
    }
    for replaced in &changes.replaced_sign_ins {
        let former = dump.sign_ins.get_mut(&(replaced.row.user, replaced.former)).ok_or(StoreError::Conflict)?;
        guard(former.expires_at == replaced.expected_end)?;
        former.expires_at = replaced.until;
        let row = replaced.row.clone();
        guard(dump.sign_ins.insert((row.user, row.id), row).is_none())?;
    }
    for ended in &changes.ended_sign_ins {
        dump.sign_ins.remove(ended);
    }
    for sign_up in &changes.sign_ups {
        guard(dump.sign_ups.insert(sign_up.id, sign_up.clone()).is_none())?;
    }
    for sign_up in &changes.completed_sign_ups {
        guard(dump.sign_ups.remove(sign_up).is_some())?;
    }
    if let Some(UserId(_)) = changes.first_operator {
        guard(dump.first_operator.is_none())?;
        dump.first_operator = changes.first_operator;
    }
    Ok(())
}

/// One row a kind, for the verification of addresses one an address: of two who begin a row at once, one is too late.
fn links(dump: &mut Dump, links: &[Saved<UserLink>]) -> Result<(), StoreError> {
    for link in links {
        let earlier = dump.links.insert((link.row.user, link.row.id), link.row.clone());
        guard(earlier.map(|it| it.version) == link.expected)?;
    }
    let in_one_place = |one: &UserLink, other: &UserLink| {
        let by_address = one.kind == LinkKind::Verification;
        (one.user, one.kind) == (other.user, other.kind) && (!by_address || one.address == other.address)
    };
    links.iter().try_for_each(|link| {
        guard(!dump.links.values().any(|other| other.id != link.row.id && in_one_place(&link.row, other)))
    })
}

/// A log only grows, one number at a time.
fn append(dump: &mut Dump, entry: AuditEntry) -> Result<(), StoreError> {
    let log = match entry.stream {
        Stream::Organization(id) => &mut dump.organizations.get_mut(&id).ok_or(StoreError::Conflict)?.log,
        Stream::User(id) => dump.user_logs.entry(id).or_default(),
    };
    let last = log.last().map_or(0, |last| last.sequence);
    guard(entry.sequence == last.saturating_add(1))?;
    log.push(entry);
    Ok(())
}
