//! What is committed is what is read, column by column.

mod world;

use membership_core::event::Event;
use membership_core::facts::{Facts, Receipt, ReceiptKey, Scope};
use membership_core::id::{InvitationId, MemberId, OrganizationId, SignUpId, UserId};
use membership_core::invitation::{Channel, Delivery, Inviter};
use membership_core::member::MemberStatus;
use membership_core::organization::OrganizationState;
use membership_core::port::Store;
use membership_core::secret::TokenHash;
use time::Duration;
use world::{World, address, changes, id, invitation, member, organization, sign_in, sign_up, user};

#[track_caller]
fn same(read: Facts, written: &Facts) {
    assert_eq!(read.head, written.head);
    assert_eq!(read.members, written.members);
    assert_eq!(read.invitations, written.invitations);
    assert_eq!(read.users, written.users);
    assert_eq!(read.sign_ins, written.sign_ins);
    assert_eq!(read.sign_ups, written.sign_ups);
    assert_eq!(read.has_operator, written.has_operator);
}

#[tokio::test]
async fn organizations_members_and_invitations_come_back_as_they_were() {
    let world = World::new().await;
    let now = world.now();
    let mut first = member(1, now);
    first.deactivates_at = Some(now + Duration::days(3));
    let mut second = member(2, now);
    (second.user, second.email, second.status, second.seat) = (None, None, MemberStatus::Suspended, false);
    let mut full = invitation(3, now);
    full.invited_by = Inviter::Member(MemberId(id(2)));
    full.message = Some("Two\nlines 🎉".to_owned());
    full.deactivates_at = Some(now + Duration::days(100));
    full.channel = Channel::Hand;
    full.delivery = Delivery::None;
    full.for_owner = true;
    let scope = Scope {
        organization: Some(OrganizationId(id(1))),
        members: vec![MemberId(id(1)), MemberId(id(2))],
        invitations: vec![InvitationId(id(3)), InvitationId(id(4))],
        ..Scope::default()
    };
    let events = vec![
        Event::OrganizationFounded { organization: organization(1, now), seat_limit: None },
        Event::MemberJoined { member: first },
        Event::MemberJoined { member: second },
        Event::InvitationCreated { invitation: full },
        Event::InvitationCreated { invitation: invitation(4, now) },
    ];
    let written = world.record(&scope, events).await.unwrap();
    same(world.facts(&scope).await, &written);

    let mut accepted = member(5, now);
    accepted.seat = true;
    let events = vec![
        Event::SeatLimitSet { organization: OrganizationId(id(1)), limit: Some(9) },
        Event::InvitationAccepted { invitation: InvitationId(id(4)), member: accepted },
        Event::OwnershipTransferred { to: MemberId(id(2)) },
        Event::MemberRoleChanged { member: MemberId(id(1)), role: world::role("editor") },
        Event::InvitationDeclined { invitation: InvitationId(id(3)) },
    ];
    let written = world.record(&scope, events).await.unwrap();
    let scope = Scope { members: vec![MemberId(id(5)), MemberId(id(1))], ..scope };
    let mut read = world.facts(&scope).await;
    read.members.sort_by_key(|member| member.id);
    same(read, &written);

    world.record(&scope, vec![Event::OrganizationDeleted { organization: OrganizationId(id(1)) }]).await.unwrap();
    let head = world.facts(&scope).await.head.unwrap();
    assert_eq!(head.organization.state, OrganizationState::Deleted);
}

#[tokio::test]
async fn users_sign_ins_and_sign_ups_come_back_as_they_were() {
    let world = World::new().await;
    let now = world.now();
    let mut plain = user(2, now);
    (plain.username, plain.password, plain.emails) = (None, None, vec![]);
    let scope = Scope {
        users: vec![UserId(id(1)), UserId(id(2))],
        sign_up: Some(SignUpId(id(8))),
        sign_in: Some((UserId(id(1)), sign_in(7, UserId(id(1)), now).token)),
        installation: true,
        ..Scope::default()
    };
    let events = vec![
        Event::UserRegistered { user: user(1, now) },
        Event::UserRegistered { user: plain },
        Event::OperatorAppointed { user: UserId(id(1)) },
        Event::SignedIn { sign_in: sign_in(7, UserId(id(1)), now) },
        Event::SignUpRequested { sign_up: sign_up(8, now) },
    ];
    let written = world.record(&scope, events).await.unwrap();
    let read = world.facts(&scope).await;
    assert_eq!(read.users.iter().map(|user| user.audit.sequence).collect::<Vec<_>>(), [2, 1]);
    let mut chained = written.clone();
    for (chained, read) in chained.users.iter_mut().zip(&read.users) {
        chained.audit = read.audit;
    }
    same(read, &chained);

    for by in [
        Scope { users_at: vec![address("person1@example.org")], ..Scope::default() },
        Scope { users_at: vec![address("shared@example.org")], ..Scope::default() },
        Scope { usernames: vec![user(1, now).username.unwrap()], ..Scope::default() },
        Scope { sign_in: scope.sign_in, ..Scope::default() },
    ] {
        let found = world.facts(&by).await.users;
        assert_eq!(found.iter().map(|user| user.id.0).collect::<Vec<_>>(), [id(1)], "{by:?}");
    }

    let signed_out = Event::SignedOut { user: UserId(id(1)), sign_in: sign_in(7, UserId(id(1)), now).id };
    let completed = Event::SignUpCompleted { sign_up: SignUpId(id(8)) };
    let verified = Event::EmailVerified { user: UserId(id(1)), address: address("shared@example.org") };
    world.record(&scope, vec![signed_out, completed, verified]).await.unwrap();
    let read = world.facts(&scope).await;
    assert!(read.sign_ins.is_empty() && read.sign_ups.is_empty());
    assert!(read.users.iter().any(|user| user.has_verified(&address("shared@example.org"))));
}

#[tokio::test]
async fn a_receipt_comes_back_as_it_was() {
    let world = World::new().await;
    let key = ReceiptKey { scope: id(1), key: TokenHash([4; 32]) };
    let expires_at = world.now() + Duration::days(1);
    let receipt = Receipt { key, fingerprint: [5; 32], answer: vec![0, 1, 255], expires_at };
    let scope = Scope { receipt: Some(key), ..Scope::default() };
    let session = world.store.open(&scope).await.unwrap();
    let mut with_receipt = changes(session.facts(), vec![]).0;
    with_receipt.receipt = Some(receipt.clone());
    session.commit(with_receipt).await.unwrap();
    assert_eq!(world.facts(&scope).await.receipt, Some(receipt));
    let other = ReceiptKey { scope: id(2), ..key };
    assert_eq!(world.facts(&Scope { receipt: Some(other), ..Scope::default() }).await.receipt, None);
}

#[tokio::test]
async fn facts_hold_the_owner_the_inviters_what_lapsed_and_each_row_once() {
    let world = World::new().await;
    let organization = world.found(1).await;
    let now = world.now();
    let mut events = Vec::new();
    for number in 2..5 {
        let mut member = member(number, now);
        let days = i64::try_from(9 - number).unwrap();
        member.deactivates_at = Some(now + Duration::days(days));
        events.push(Event::MemberJoined { member });
        let mut invitation = invitation(number, now);
        invitation.invited_by = Inviter::Member(MemberId(id(number)));
        invitation.expires_at = now + Duration::days(days);
        events.push(Event::InvitationCreated { invitation });
    }
    world.record(&Scope::of(organization), events).await.unwrap();

    let head_only = world.facts(&Scope::of(organization)).await;
    assert_eq!(head_only.owner().map(|owner| owner.id.0), Some(id(1)));
    assert_eq!((head_only.members.len(), head_only.invitations.len()), (1, 0));

    let scope = Scope {
        members: vec![MemberId(id(1)), MemberId(id(2))],
        members_of: vec![UserId(id(2))],
        members_at: vec![address("person2@example.org")],
        invitations: vec![InvitationId(id(3))],
        invited_at: vec![address("guest3@example.org"), address("nobody@example.org")],
        lapsed: true,
        ..Scope::of(organization)
    };
    let facts = world.facts(&scope).await;
    let mut members: Vec<_> = facts.members.iter().map(|member| member.id.0).collect();
    members.sort();
    assert_eq!(members, [id(1), id(2), id(3)], "owner, the one asked for, the inviter");
    assert_eq!(facts.invitations.len(), 1);

    world.pass(Duration::days(30));
    let lapsed = world.facts(&Scope { lapsed: true, ..Scope::of(organization) }).await;
    let oldest_first = [id(4), id(3), id(2)];
    assert_eq!(lapsed.invitations.iter().map(|it| it.id.0).collect::<Vec<_>>(), oldest_first);
    let members: Vec<_> = lapsed.members.iter().filter(|it| it.has_lapsed(lapsed.now)).map(|it| it.id.0).collect();
    assert_eq!(members, oldest_first);

    let unknown = world.facts(&Scope { lapsed: true, ..Scope::of(OrganizationId(id(99))) }).await;
    assert_eq!(unknown, Facts::nothing(world.now()));
}
