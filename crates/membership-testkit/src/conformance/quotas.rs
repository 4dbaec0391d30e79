//! Quotas on mail hold whoever writes at the same time, in all organizations together, and empty by the clock.

use membership_core::draft::Actor;
use membership_core::id::{InvitationId, OrganizationId};
use membership_core::port::Random;
use membership_core::quota::{Allowances, MailLimits};
use membership_core::refusal::Refusal;
use membership_core::service::{Failure, Memberships, NewOffer, Ports};
use time::Duration;

use super::{code, race, tally};
use crate::fixture::{address, user_id};
use crate::world::World;

fn allowed(text: &str) -> Allowances {
    text.parse().expect("the allowance can be read")
}

/// The service with limits, on the same store.
fn limited(world: &World, limits: MailLimits) -> Memberships {
    Memberships::new(Ports { limits, ..world.memberships.ports().clone() })
}

async fn invite(memberships: &Memberships, organization: OrganizationId, whom: u32) -> Result<InvitationId, Failure> {
    let offer = NewOffer::to(address(whom));
    memberships.invite(organization, user_id(1), offer).await.map(|view| view.invitation.id)
}

/// Of sixteen organizations that invite the same person at once, as many as the mailbox may get reach it.
pub async fn a54_a_mailbox_gets_no_more_than_it_may_from_however_many(world: World) {
    let limits = MailLimits { invitations_per_recipient: allowed("3/d"), ..MailLimits::off() };
    let memberships = limited(&world, limits);
    let mut organizations = Vec::new();
    for _ in 0..16 {
        organizations.push(world.found("team", 1).await.id);
    }
    let outcomes = race(organizations.into_iter().map(|organization| {
        let memberships = memberships.clone();
        async move { invite(&memberships, organization, 9).await }
    }))
    .await;
    let tally = tally(&outcomes);
    assert_eq!((tally["ok"], tally["rate-limited"]), (3, 13), "{tally:?}");
    assert_eq!(world.drain().await.len(), 3);
}

/// An organization's quota is used up by one after the other, and one more is allowed from an instant on.
pub async fn a54_what_is_used_up_is_refused_and_comes_back_at_the_instant(world: World) {
    let limits = MailLimits { invitations_per_organization: allowed("2/h"), ..MailLimits::off() };
    let memberships = limited(&world, limits);
    let (team, other) = (world.found("team", 1).await.id, world.found("team", 1).await.id);
    for whom in [2, 3] {
        invite(&memberships, team, whom).await.expect("there is room");
    }
    let refused = invite(&memberships, team, 4).await;
    let Err(Failure::Refused(Refusal::RateLimited { retry_after })) = refused else { panic!("{refused:?}") };
    assert_eq!(retry_after, 30 * 60);
    invite(&memberships, other, 4).await.expect("another organization has its own");
    world.pass(Duration::minutes(30) - Duration::microseconds(1));
    assert_eq!(code(&invite(&memberships, team, 4).await), "rate-limited");
    world.pass(Duration::microseconds(1));
    invite(&memberships, team, 4).await.expect("one more is allowed");
    let batch = [5, 6].map(|whom| NewOffer::to(address(whom)));
    let outcomes = memberships.invite_many(team, user_id(1), batch.into()).await.expect("outcomes");
    assert_eq!(
        outcomes.iter().map(|it| it.as_ref().err().map(Refusal::code)).collect::<Vec<_>>(),
        [Some("rate-limited"), Some("rate-limited")]
    );
}

/// What one quota refuses is not taken from the others, and nothing else of the batch is lost.
pub async fn a_refusal_takes_from_no_quota(world: World) {
    let limits = MailLimits {
        invitations_per_inviter: allowed("2/h"),
        invitations_per_recipient: allowed("1/d"),
        ..MailLimits::off()
    };
    let memberships = limited(&world, limits);
    let (team, other) = (world.found("team", 1).await.id, world.found("team", 1).await.id);
    invite(&memberships, other, 9).await.expect("there is room");
    for _ in 0..3 {
        assert_eq!(code(&invite(&memberships, team, 9).await), "rate-limited");
    }
    let batch = [9, 2, 3, 4].map(|whom| NewOffer::to(address(whom)));
    let outcomes = memberships.invite_many(team, user_id(1), batch.into()).await.expect("outcomes");
    let refused: Vec<_> = outcomes.iter().map(|it| it.as_ref().err().map(Refusal::code)).collect();
    assert_eq!(refused, [Some("rate-limited"), None, None, Some("rate-limited")]);
    let operator = membership_core::command::Invite {
        organization: team,
        by: Actor::Operator(None),
        offers: vec![NewOffer::to(address(9)).with_id(InvitationId(world.random.id()))],
        all_or_none: true,
    };
    assert_ne!(code(&memberships.execute(&operator).await), "rate-limited");
}

/// The rows of quotas that are unused again go with the next sweep, and no others.
pub async fn unused_quotas_are_forgotten(world: World) {
    let limits = MailLimits {
        invitations_per_organization: allowed("1/h"),
        invitations_per_recipient: allowed("1/2h"),
        ..MailLimits::off()
    };
    let memberships = limited(&world, limits);
    let team = world.found("team", 1).await.id;
    invite(&memberships, team, 2).await.expect("there is room");
    let hour = Duration::hours(1);
    for (pass, gone) in [(hour - Duration::microseconds(1), 0), (Duration::microseconds(1), 1), (hour, 1), (hour, 0)] {
        world.pass(pass);
        assert_eq!(world.stores.upkeep.forget_expired().await.expect("a number"), gone);
    }
}
