//! The lists that are kept by user and by address say what the organizations say.

use membership_core::event::Event;
use membership_core::facts::Scope;
use membership_core::id::{OrganizationId, UserId};
use membership_core::invitation::Channel;
use membership_core::organization::OrganizationState;
use membership_core::port::Directory;
use time::Duration;

use crate::fixtures::*;
use crate::server::with_database;

#[tokio::test(flavor = "multi_thread")]
async fn a_user_finds_the_organizations_joined_and_not_those_left_or_deleted() {
    with_database(|database| async move {
        let store = &database.store;
        found(store).await;
        let other = OrganizationId(id(0xF0));
        found_as(store, other, member(0xF1, "Grace")).await;
        let grace = UserId(id(0xF2));
        let guest = membership_core::member::Member { user: Some(grace), ..member(0xC0, "Guest") };
        happen(store, &Scope::of(ORGANIZATION), vec![Event::MemberJoined { member: guest.clone() }]).await.unwrap();

        let mine = store.organizations_of(grace).await.unwrap();
        let ids: Vec<_> = mine.iter().map(|(head, member)| (head.organization.id, member.id)).collect();
        assert_eq!(ids, [(ORGANIZATION, guest.id), (other, member(0xF1, "Grace").id)]);
        assert_eq!(mine[0].0.revision, 2);

        let deleted = vec![Event::OrganizationDeleted { organization: other }];
        let facts = happen(store, &Scope::of(other), deleted).await.unwrap();
        assert_eq!(facts.head.unwrap().organization.state, OrganizationState::Deleted);
        assert_eq!(store.organizations_of(grace).await.unwrap().len(), 1);

        let scope = Scope { members: vec![guest.id], ..Scope::of(ORGANIZATION) };
        happen(store, &scope, vec![Event::MemberLeft { member: guest.id }]).await.unwrap();
        assert_eq!(store.organizations_of(grace).await.unwrap(), []);
        assert_eq!(store.organizations_of(UserId(id(1))).await.unwrap(), []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_finds_what_waits_for_it_and_nothing_else() {
    with_database(|database| async move {
        let store = &database.store;
        let now = found(store).await.now;
        let offer = invitation(0xB0, "grace", now);
        let mut later = invitation(0xB1, "alan", now);
        later.opens_at = now + Duration::days(1);
        invite(store, &offer).await.unwrap();
        invite(store, &later).await.unwrap();
        let waiting = async |names: &[&str]| {
            let addresses: Vec<_> = names.iter().map(|name| address(name)).collect();
            let found = store.waiting_for(&addresses).await.unwrap();
            found.into_iter().map(|(head, it)| (head.organization.id, it.id)).collect::<Vec<_>>()
        };
        assert_eq!(waiting(&["grace", "alan", "nobody"]).await, [(ORGANIZATION, offer.id)]);
        assert_eq!(waiting(&["nobody"]).await, []);
        database.clock.advance(Duration::days(1));
        assert_eq!(waiting(&["grace", "alan"]).await.len(), 2);
        database.clock.advance(Duration::days(6));
        assert_eq!(waiting(&["grace", "alan"]).await, []);

        // Renewed, the same hint leads to it again.
        let scope = Scope { invitations: vec![offer.id, later.id], ..Scope::of(ORGANIZATION) };
        let expires_at = now + Duration::days(20);
        let renewed = Event::InvitationRenewed { invitation: offer.id, channel: Channel::Mail, expires_at };
        let revoked = Event::InvitationRevoked { invitation: later.id };
        happen(store, &scope, vec![renewed, revoked]).await.unwrap();
        assert_eq!(waiting(&["grace", "alan"]).await, [(ORGANIZATION, offer.id)]);
    })
    .await;
}
