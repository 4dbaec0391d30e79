//! Rows to store without asking a rule: what the suite needs many of, or with unusual contents.

use membership_core::changes::Changes;
use membership_core::draft::{Actor, Draft};
use membership_core::event::Event;
use membership_core::facts::{Facts, Scope};
use membership_core::id::{InvitationId, MemberId, OrganizationId, RoundId};
use membership_core::invitation::{Channel, Delivery, Invitation, InvitationState, Inviter};
use membership_core::language::Language;
use membership_core::member::{Member, MemberStatus};
use membership_core::port::{Random, StoreError};
use membership_core::profile::MemberProfile;
use membership_core::roster::{Audience, LeftOutCounts, Round};
use membership_core::user::{User, UserEmail};
use time::{Duration, OffsetDateTime};

use crate::fixture::{address, name, role, user, user_id};
use crate::stores::Stores;
use crate::world::World;

/// How many events one commit of the suite carries at most.
const AT_ONCE: usize = 50;

/// What these events change, on these facts.
pub(super) fn changes(facts: &Facts, events: impl IntoIterator<Item = Event>) -> Changes {
    let mut draft = Draft::new(facts, Actor::System);
    events.into_iter().for_each(|event| draft.record(event));
    Changes::of(facts, &draft.reply(()), Some("request-1"), None)
}

/// Commits events on the facts of a scope.
pub(super) async fn record(stores: &Stores, scope: &Scope, events: Vec<Event>) -> Result<(), StoreError> {
    let session = stores.store.open(scope).await?;
    let changes = changes(session.facts(), events);
    session.commit(changes).await
}

/// Commits many events in an organization, some at a time.
pub(super) async fn record_many(stores: &Stores, organization: OrganizationId, events: Vec<Event>) {
    for some in events.chunks(AT_ONCE) {
        record(stores, &Scope::of(organization), some.to_vec()).await.expect("the events can be stored");
    }
}

/// An active member without anything special.
pub(super) fn member(world: &World, number: u32) -> Member {
    Member {
        id: MemberId(world.random.id()),
        user: Some(user_id(number)),
        name: name(&format!("Person {number}")),
        email: Some(address(number)),
        role: role("member"),
        status: MemberStatus::Active,
        seat: false,
        waits_since: None,
        joined_at: world.now(),
        raised_at: None,
        deactivates_at: None,
        profile: MemberProfile::default(),
        set_up: None,
        rounds: membership_core::roster::Rounds::default(),
        login_since: Some(world.now()),
        version: 1,
    }
}

/// An invitation by the operator that is good for seven days.
pub(super) fn invitation(world: &World, number: u32) -> Invitation {
    Invitation {
        id: InvitationId(world.random.id()),
        email: address(number),
        role: role("member"),
        for_owner: false,
        state: InvitationState::Pending,
        generation: 1,
        channel: Channel::Mail,
        reserves_seat: false,
        invited_by: Inviter::Operator,
        language: Language::English,
        message: None,
        wording: None,
        deactivates_at: None,
        groups: vec![],
        sessions: vec![],
        created_at: world.now(),
        opens_at: world.now(),
        expires_at: world.now() + Duration::days(7),
        settled_at: None,
        member: None,
        sends: 1,
        delivery: Delivery::Queued,
        version: 1,
    }
}

/// A round to all without a login, finished as soon as it was started.
pub(super) fn round(world: &World, number: u32, started_at: OffsetDateTime) -> Round {
    Round {
        id: RoundId(world.random.id()),
        number,
        audience: Audience::Matching { text: None, role: None, group: None, invited: None },
        started_by: MemberId(world.random.id()),
        starter: "Ada".to_owned(),
        started_at,
        moved_at: started_at,
        finished_at: Some(started_at),
        chunks: 1,
        after: None,
        mailed: 3,
        left_out: LeftOutCounts::new(),
        version: 1,
    }
}

/// A user with one verified address.
pub(super) fn verified_user(world: &World, number: u32) -> User {
    let email = UserEmail { address: address(number), verified_at: Some(world.now()) };
    User { emails: vec![email], created_at: world.now(), ..user(number) }
}
