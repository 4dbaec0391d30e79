//! What ends, ends at the instant that was set: one microsecond before it holds, at it it does not (I16).

use membership_core::facts::Scope;
use membership_core::id::{MemberId, OrganizationId};
use membership_core::invitation::InvitationState;
use membership_core::member::MemberStatus;
use membership_core::message::Content;
use membership_core::organization::Seats;
use membership_core::port::{Clock, InvitationQuery, MemberQuery};
use membership_core::secret::{Link, LinkSigner};
use membership_core::service::{NewOffer, Outcome, Request, SignUpForm};
use secrecy::{ExposeSecret, SecretString};
use time::{Duration, OffsetDateTime};

use super::code;
use crate::fixture::{address, name};
use crate::world::World;

const MOMENT: Duration = Duration::microseconds(1);

async fn seats(world: &World, organization: OrganizationId) -> Seats {
    let scope = Scope { lapsed: true, ..Scope::of(organization) };
    let facts = world.stores.store.read(&scope).await.expect("facts").settled();
    facts.head().expect("an organization").seats
}

async fn listed_invitations(world: &World, organization: OrganizationId, state: InvitationState) -> u64 {
    let query = InvitationQuery { state: Some(state), limit: 1, ..InvitationQuery::default() };
    world.stores.directory.invitations(organization, &query).await.expect("a page").total
}

async fn listed_members(world: &World, organization: OrganizationId, status: MemberStatus) -> u64 {
    let query = MemberQuery { status: Some(status), limit: 1, ..MemberQuery::default() };
    world.stores.directory.members(organization, &query).await.expect("a page").total
}

/// An invitation is accepted one microsecond before its end, and not at it; lists agree.
pub async fn an_invitation_expires_at_the_instant(world: World) {
    let team = world.found("team", 1).await;
    let first = world.invite(team.id, team.owner, 2, "member").await;
    let second = world.invite(team.id, team.owner, 3, "member").await;
    let end = first.invitation.expires_at;
    world.clock.set(end - MOMENT);
    assert_eq!(listed_invitations(&world, team.id, InvitationState::Pending).await, 2);
    assert_eq!(world.stores.directory.waiting_for(&[address(3)]).await.expect("a list").len(), 1);
    assert_eq!(code(&world.accept(&world.link(team.id, &first), 2).await), "ok");
    world.clock.set(end);
    assert_eq!(listed_invitations(&world, team.id, InvitationState::Pending).await, 0);
    assert_eq!(listed_invitations(&world, team.id, InvitationState::Expired).await, 1);
    assert!(world.stores.directory.waiting_for(&[address(3)]).await.expect("a list").is_empty());
    assert_eq!(code(&world.accept(&world.link(team.id, &second), 3).await), "invitation-expired");
    let again = world.memberships.invite(team.id, team.owner, NewOffer::to(address(3))).await;
    assert_eq!(code(&again), "ok", "the address is free again at that instant");
    assert_eq!(listed_invitations(&world, team.id, InvitationState::Expired).await, 1);
}

/// A reserved seat is free at the instant the invitation expires, sweeper or not.
pub async fn a_reservation_stops_counting_at_the_instant(world: World) {
    let account = world.found("account", 1).await;
    world.limit_seats(account.id, Some(2)).await;
    let reserving = world.invite(account.id, account.owner, 2, "viewer").await;
    world.clock.set(reserving.invitation.expires_at - MOMENT);
    let invite = |number| world.memberships.invite(account.id, account.owner, NewOffer::to(address(number)));
    assert_eq!(code(&invite(3).await), "seat-limit-reached");
    world.clock.set(reserving.invitation.expires_at);
    assert_eq!(seats(&world, account.id).await.taken(), 1);
    assert_eq!(code(&invite(3).await), "ok");
    assert_eq!(seats(&world, account.id).await.taken(), 2);
}

/// A scheduled invitation can be accepted from its date on.
pub async fn a_scheduled_invitation_opens_at_the_instant(world: World) {
    let team = world.found("team", 1).await;
    let opens_at = world.now() + Duration::days(3);
    let offer = NewOffer { opens_at: Some(opens_at), ..NewOffer::to(address(2)) };
    let invitation = world.memberships.invite(team.id, team.owner, offer).await.expect("an invitation");
    let link = world.link(team.id, &invitation);
    world.clock.set(opens_at - MOMENT);
    assert!(world.stores.outbox.due(10).await.expect("the outbox").is_empty(), "its mail waits too");
    assert!(world.stores.directory.waiting_for(&[address(2)]).await.expect("a list").is_empty());
    assert_eq!(listed_invitations(&world, team.id, InvitationState::Scheduled).await, 1);
    assert_eq!(code(&world.accept(&link, 2).await), "invitation-not-open");
    world.clock.set(opens_at);
    assert_eq!(world.drain().await.len(), 1);
    assert_eq!(world.stores.directory.waiting_for(&[address(2)]).await.expect("a list").len(), 1);
    assert_eq!(listed_invitations(&world, team.id, InvitationState::Pending).await, 1);
    assert_eq!(code(&world.accept(&link, 2).await), "ok");
}

/// A membership ends at its date: no access, and the seat is free.
pub async fn a_membership_ends_at_the_instant(world: World) {
    let platform = world.found("learning_platform", 1).await;
    let member: MemberId = world.join(&platform, 2, "trainee").await.id;
    let end = world.now() + Duration::hours(1);
    let date = world.memberships.set_deactivation_date(platform.id, platform.owner, member, Some(end)).await;
    assert_eq!(code(&date), "ok");
    let leave = || world.memberships.leave(platform.id, crate::fixture::user_id(2));
    world.clock.set(end - MOMENT);
    assert_eq!(listed_members(&world, platform.id, MemberStatus::Deactivated).await, 0);
    assert_eq!(seats(&world, platform.id).await.assigned, 2);
    world.clock.set(end);
    assert_eq!(listed_members(&world, platform.id, MemberStatus::Deactivated).await, 1);
    assert_eq!(listed_members(&world, platform.id, MemberStatus::Active).await, 1);
    assert_eq!(seats(&world, platform.id).await.assigned, 1);
    assert_eq!(code(&leave().await), "membership-deactivated");
    assert_eq!(world.memberships.settle(platform.id).await.expect("a settlement"), 1);
    assert_eq!(listed_members(&world, platform.id, MemberStatus::Deactivated).await, 1);
    assert_eq!(code(&leave().await), "membership-deactivated");
}

/// A sign-up can be completed, and a sign-in used, until their ends and not at them.
pub async fn a_sign_in_and_a_sign_up_end_at_the_instant(world: World) {
    let password = SecretString::from("correct horse battery");
    let sign_up = |number| SignUpForm {
        email: address(number),
        name: name("Person"),
        password: password.clone(),
        language: membership_core::language::Language::English,
    };
    let rules = world.accounts.rules();
    for (number, late, answer) in [(2, MOMENT, "ok"), (3, Duration::ZERO, "sign-up-over")] {
        let begun = world.now();
        world.accounts.sign_up(sign_up(number), Request::default(), |()| None).await.expect("a sign-up");
        let link = verification_link(&world).await;
        world.clock.set(begun + rules.sign_up_lasts - late);
        let outcome = world.accounts.verify(&link, &password, Request::default(), |_| None).await;
        assert_eq!(code(&outcome), answer);
        let Ok(Outcome::Done(signed_in)) = outcome else { continue };
        let end: OffsetDateTime = world.now() + rules.sign_in_lasts;
        let shown = || async { world.accounts.authenticate(signed_in.token.expose()).await.expect("an answer") };
        // Used until shortly before its end, or it would have ended by resting.
        for days in [10, 20] {
            world.clock.set(end - rules.sign_in_lasts + Duration::days(days));
            let caller = shown().await.expect("it holds");
            world.accounts.note_seen(&caller).await.expect("it is noted");
        }
        world.clock.set(end - MOMENT);
        assert!(shown().await.is_some());
        world.clock.set(end);
        assert!(shown().await.is_none());
    }
}

async fn verification_link(world: &World) -> String {
    let sent = world.drain().await;
    let sign_up = sent.iter().find_map(|message| match message.content {
        Content::AddressVerification { sign_up, .. } => Some(sign_up),
        _ => None,
    });
    let link = Link::to_sign_up(sign_up.expect("a verification mail"));
    world.links.sign(&link).expose_secret().to_owned()
}

/// The time of the facts is the store's clock, cut to whole microseconds.
pub async fn facts_carry_the_stores_time_in_whole_microseconds(world: World) {
    world.clock.set(world.now() + Duration::microseconds(123_457));
    let read = world.stores.store.read(&Scope::default()).await.expect("facts").now;
    let session = world.stores.store.open(&Scope::default()).await.expect("a session");
    assert_eq!((read, session.facts().now), (world.clock.now(), world.clock.now()));
    assert_eq!(read.nanosecond() % 1_000, 0);
}
