//! Reading a scope: exactly the slice it asks for, so that a rule which needs more shows.

use std::collections::{BTreeMap, BTreeSet};

use membership_core::api_key::ApiKey;
use membership_core::facts::{ClearPick, Facts, KeyScope, ReceiptKey, RoundPick, Scope};
use membership_core::group::GroupMember;
use membership_core::id::{ApiKeyId, GroupId, InvitationId, MemberId, OrganizationId, UserId};
use membership_core::invitation::{Invitation, InvitationState, Inviter};
use membership_core::login_clear::LoginClear;
use membership_core::member::{Member, MemberStatus};
use membership_core::program::{Enrolment, Program};
use membership_core::quota::{Bucket, Cause, MailLimits, Spent};
use membership_core::resource::{Holder, Resource, Share};
use membership_core::roster::Round;
use membership_core::user::User;
use membership_core::wording::Wording;
use time::OffsetDateTime;

use super::dump::{Dump, OrganizationRows};

/// The facts of a scope and nothing else.
pub(super) fn slice(dump: &Dump, scope: &Scope, now: OffsetDateTime) -> Facts {
    let mut facts = Facts::nothing(now);
    if let Some(rows) = scope.organization.and_then(|id| dump.organizations.get(&id)) {
        let invitations = invitations(rows, scope, now);
        facts.keys = keys(&rows.keys, &scope.keys, now);
        let members = members(rows, scope, &facts);
        facts.head = Some(rows.head.clone());
        facts.invitations = rows.invitations.values().filter(|it| invitations.contains(&it.id)).cloned().collect();
        facts.rounds = rounds(rows, scope.round);
        facts.clears = clears(rows, scope.clear);
        if let Some(ClearPick::Id(id)) = scope.clear {
            let kept = rows.cleared.values().filter(|it| it.clear == id && scope.cleared_of.contains(&it.user));
            facts.cleared = kept.cloned().collect();
        }
        facts.wordings = wordings(rows, scope);
        facts.resources = resources(rows, scope);
        facts.shares = shares(rows, scope, &members);
        facts.members = rows.members.values().filter(|it| members.contains(&it.id)).cloned().collect();
        let holders = facts.shares.iter().filter_map(|it| it.holder.group()).collect();
        attendance(rows, scope, holders, &mut facts);
        facts.imports = scope.import.and_then(|id| rows.imports.get(&id)).cloned().into_iter().collect();
    }
    if let Some((user, token)) = scope.sign_in {
        let of_user = dump.sign_ins.values().filter(|it| it.user == user && it.token == token);
        facts.sign_ins = of_user.cloned().collect();
    }
    let users = users(dump, scope, &facts);
    facts.users = dump.users.values().filter(|it| users.contains(&it.id)).cloned().collect();
    facts.belongs = scope.organizations_of.iter().flat_map(|user| belongs(dump, *user).take(2)).collect();
    facts.links = dump.links.values().filter(|it| scope.links_of.contains(&it.user)).cloned().collect();
    facts.second_factors =
        dump.second_factors.values().filter(|it| scope.factors_of.contains(&it.user)).cloned().collect();
    facts.sign_ups = scope.sign_up.and_then(|id| dump.sign_ups.get(&id)).cloned().into_iter().collect();
    facts.operator_keys = keys(&dump.operator_keys, &scope.operator_keys, now);
    facts.spent = spent(dump, |bucket| scope.buckets.contains(bucket));
    facts.has_operator = scope.installation && dump.first_operator.is_some();
    facts.receipt = scope.receipt.and_then(|key| receipt(dump, key, now));
    facts
}

/// All facts there are.
pub(super) fn everything(dump: &Dump, organization: Option<OrganizationId>, now: OffsetDateTime) -> Facts {
    let rows = organization.and_then(|id| dump.organizations.get(&id));
    Facts {
        now,
        head: rows.map(|rows| rows.head.clone()),
        members: rows.into_iter().flat_map(|rows| rows.members.values()).cloned().collect(),
        invitations: rows.into_iter().flat_map(|rows| rows.invitations.values()).cloned().collect(),
        groups: rows.into_iter().flat_map(|rows| rows.groups.values()).cloned().collect(),
        group_members: rows.into_iter().flat_map(|rows| rows.places()).collect(),
        programs: rows.into_iter().flat_map(|rows| rows.programs.values()).cloned().collect(),
        sessions: rows.into_iter().flat_map(|rows| rows.sessions.values()).cloned().collect(),
        enrolments: rows.into_iter().flat_map(|rows| rows.enrolments()).collect(),
        rounds: rows.into_iter().flat_map(|rows| rows.rounds.values()).cloned().collect(),
        clears: rows.into_iter().flat_map(|rows| rows.clears.values()).cloned().collect(),
        cleared: rows.into_iter().flat_map(|rows| rows.cleared.values()).cloned().collect(),
        wordings: rows.into_iter().flat_map(|rows| rows.wordings.values()).cloned().collect(),
        resources: rows.into_iter().flat_map(|rows| rows.resources.values()).cloned().collect(),
        shares: rows.into_iter().flat_map(|rows| rows.shares.values()).cloned().collect(),
        users: dump.users.values().cloned().collect(),
        belongs: dump.users.keys().flat_map(|user| belongs(dump, *user)).collect(),
        sign_ins: dump.sign_ins.values().cloned().collect(),
        links: dump.links.values().cloned().collect(),
        second_factors: dump.second_factors.values().cloned().collect(),
        sign_ups: dump.sign_ups.values().cloned().collect(),
        keys: rows.into_iter().flat_map(|rows| rows.keys.values()).cloned().collect(),
        imports: rows.into_iter().flat_map(|rows| rows.imports.values()).cloned().collect(),
        operator_keys: dump.operator_keys.values().cloned().collect(),
        has_operator: dump.first_operator.is_some(),
        spent: spent(dump, |_| true),
        limits: MailLimits::off(),
        receipt: None,
    }
}

/// Those that are asked for; of all of them, those that live come first.
fn keys(all: &BTreeMap<ApiKeyId, ApiKey>, scope: &KeyScope, now: OffsetDateTime) -> Vec<ApiKey> {
    let mut listed: Vec<_> = all.values().collect();
    listed.sort_by_key(|key| (!key.is_alive(now), std::cmp::Reverse(key.created_at), key.id));
    listed.truncate(if scope.all { KeyScope::MOST } else { 0 });
    let is_named = |key: &&ApiKey| scope.ids.contains(&key.id) || scope.shown == Some(key.token);
    let is_listed = |key: &ApiKey| listed.iter().any(|it| it.id == key.id);
    let others: Vec<_> = all.values().filter(is_named).filter(|key| !is_listed(key)).collect();
    listed.iter().copied().chain(others).cloned().collect()
}

fn spent(dump: &Dump, is_asked_for: impl Fn(&Bucket) -> bool) -> Vec<Spent> {
    let asked_for = dump.spent.iter().filter(|((bucket, _, _), _)| is_asked_for(bucket));
    let row = |((bucket, cause, seconds), empties_at): (&(Bucket, Cause, u32), &OffsetDateTime)| Spent {
        bucket: bucket.clone(),
        cause: *cause,
        seconds: *seconds,
        empties_at: *empties_at,
    };
    asked_for.map(row).collect()
}

/// A user's list of organizations, in the order of their ids.
fn belongs(dump: &Dump, user: UserId) -> impl Iterator<Item = (UserId, OrganizationId)> {
    let there = dump.organizations.iter().filter(move |(_, rows)| rows.member_of(user).is_some());
    there.map(move |(id, _)| (user, *id))
}

fn invitations(rows: &OrganizationRows, scope: &Scope, now: OffsetDateTime) -> BTreeSet<InvitationId> {
    let mut ids: BTreeSet<_> = scope.invitations.iter().copied().collect();
    let written_as_pending = rows.invitations.values().filter(|it| it.state == InvitationState::Pending);
    let is_asked_for =
        |it: &&Invitation| scope.invited_at.contains(&it.email) || scope.owner_invitation && it.for_owner;
    ids.extend(written_as_pending.filter(is_asked_for).map(|it| it.id));
    if scope.lapsed {
        let mut lapsed: Vec<_> = rows.invitations.values().filter(|it| it.has_lapsed(now)).collect();
        lapsed.sort_by_key(|it| (it.expires_at, it.id));
        ids.extend(lapsed.iter().take(Scope::MOST_LAPSED).map(|it| it.id));
    }
    ids
}

fn members(rows: &OrganizationRows, scope: &Scope, facts: &Facts) -> BTreeSet<MemberId> {
    let now = facts.now;
    let mut ids: BTreeSet<_> = scope.members.iter().copied().chain(rows.head.organization.owner).collect();
    let pending = rows.invitations.values().filter(|it| it.state == InvitationState::Pending);
    let at_addresses = pending.filter(|it| scope.invited_at.contains(&it.email));
    for invitation in scope.invitations.iter().filter_map(|id| rows.invitations.get(id)).chain(at_addresses) {
        if let Inviter::Member(id) = invitation.invited_by {
            ids.insert(id);
        }
    }
    ids.extend(facts.keys.iter().filter_map(|key| key.made_by.member()));
    let named = rows.members.values().filter(|it| {
        it.user.is_some_and(|user| scope.members_of.contains(&user))
            || it.email.as_ref().is_some_and(|email| scope.members_at.contains(email))
            || it.profile.number.as_ref().is_some_and(|number| scope.members_numbered.contains(number))
    });
    ids.extend(named.map(|it| it.id));
    if scope.lapsed {
        let mut lapsed: Vec<_> = rows.members.values().filter(|it| it.has_lapsed(now)).collect();
        lapsed.sort_by_key(|it| (it.deactivates_at, it.id));
        ids.extend(lapsed.iter().take(Scope::MOST_LAPSED).map(|it| it.id));
        let waits = |it: &&Member| it.waits_since.is_some() && it.status == MemberStatus::Active;
        let mut waiting: Vec<_> = rows.members.values().filter(waits).collect();
        waiting.sort_by_key(|it| (it.waits_since, it.id));
        ids.extend(waiting.iter().take(Scope::MOST_LAPSED).map(|it| it.id));
    }
    ids
}

/// What is asked for, what the invitations that are asked for lead into, and the groups that hold shares.
fn attendance(rows: &OrganizationRows, scope: &Scope, holders: BTreeSet<GroupId>, facts: &mut Facts) {
    let asked_for = || scope.invitations.iter().filter_map(|id| rows.invitations.get(id));
    let asked_for_groups = scope.groups.iter().chain(asked_for().flat_map(|it| &it.groups)).copied();
    let groups: BTreeSet<_> = asked_for_groups.chain(holders).collect();
    let sessions: BTreeSet<_> = scope.sessions.iter().chain(asked_for().flat_map(|it| &it.sessions)).collect();
    let members: BTreeSet<_> = facts.members.iter().map(|it| it.id).collect();
    facts.groups = rows.groups.values().filter(|it| groups.contains(&it.id)).cloned().collect();
    let is_named = |it: &GroupMember| groups.contains(&it.group) && members.contains(&it.member);
    facts.group_members = rows.places().filter(is_named).collect();
    facts.sessions = rows.sessions.values().filter(|it| sessions.contains(&it.id)).cloned().collect();
    let is_named = |it: &Enrolment| sessions.contains(&it.session) && members.contains(&it.member);
    facts.enrolments = rows.enrolments().filter(is_named).collect();
    let is_asked_for = |it: &&Program| {
        scope.programs.contains(&it.id) || facts.sessions.iter().any(|session| session.program == it.id)
    };
    facts.programs = rows.programs.values().filter(is_asked_for).cloned().collect();
}

fn rounds(rows: &OrganizationRows, pick: Option<RoundPick>) -> Vec<Round> {
    let found = match pick {
        Some(RoundPick::Id(id)) => rows.rounds.get(&id),
        Some(RoundPick::Latest) => rows.rounds.values().max_by_key(|it| it.number),
        None => None,
    };
    found.cloned().into_iter().collect()
}

fn clears(rows: &OrganizationRows, pick: Option<ClearPick>) -> Vec<LoginClear> {
    let Some(pick) = pick else { return Vec::new() };
    let latest = rows.clears.values().map(|it| it.number).max();
    let is_asked_for = |it: &&LoginClear| it.is_open() || Some(it.number) == latest || pick == ClearPick::Id(it.id);
    rows.clears.values().filter(is_asked_for).cloned().collect()
}

fn wordings(rows: &OrganizationRows, scope: &Scope) -> Vec<Wording> {
    let chosen = &rows.head.organization.branding.wordings;
    let chosen: Vec<_> = scope.templates.iter().filter_map(|template| chosen.chosen(*template)).collect();
    let asked_for = |it: &&Wording| scope.wordings.contains(&it.id) || chosen.contains(&it.id);
    rows.wordings.values().filter(asked_for).cloned().collect()
}

fn resources(rows: &OrganizationRows, scope: &Scope) -> Vec<Resource> {
    let asked_for = |it: &&Resource| scope.resources.contains(&it.name) || scope.shares_of.contains(&it.name);
    rows.resources.values().filter(asked_for).cloned().collect()
}

fn shares(rows: &OrganizationRows, scope: &Scope, members: &BTreeSet<MemberId>) -> Vec<Share> {
    let asked_for = |it: &&Share| {
        let reaches = match it.holder {
            Holder::Member(id) => members.contains(&id),
            Holder::Group(id) => members.iter().any(|member| rows.group_members.contains_key(&(id, *member))),
        };
        scope.shares_of.contains(&it.resource) || scope.resources.contains(&it.resource) && reaches
    };
    rows.shares.values().filter(asked_for).cloned().collect()
}

fn users(dump: &Dump, scope: &Scope, facts: &Facts) -> BTreeSet<UserId> {
    let mut ids: BTreeSet<_> = scope.users.iter().copied().collect();
    ids.extend(facts.sign_ins.iter().map(|it| it.user));
    let is_named = |user: &&User| {
        user.emails.iter().any(|email| scope.users_at.contains(&email.address))
            || user.username.as_ref().is_some_and(|name| {
                scope.usernames.contains(name) || scope.usernames_like.iter().any(|it| it.looks_like(name))
            })
            || user.identities.iter().any(|it| scope.identities.contains(&it.id()))
    };
    ids.extend(dump.users.values().filter(is_named).map(|it| it.id));
    ids
}

/// A receipt is forgotten at its end, whether or not it has been cleared away (I16).
fn receipt(dump: &Dump, key: ReceiptKey, now: OffsetDateTime) -> Option<membership_core::facts::Receipt> {
    dump.receipts.get(&(key.scope, key.key.0)).filter(|it| now < it.expires_at).cloned()
}
