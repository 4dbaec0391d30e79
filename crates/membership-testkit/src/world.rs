//! A service on any store with a clock that a test moves: found, invite and join in one line each.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "what a world is asked for must come true, or the test is broken"
)]

use std::sync::Arc;

use membership_core::command::{Accept, Acceptor, Found, SetSubscription};
use membership_core::draft::Actor;
use membership_core::id::{MemberId, OrganizationId, UserId};
use membership_core::language::Language;
use membership_core::member::Member;
use membership_core::message::Message;
use membership_core::person::Person;
use membership_core::port::{Attempt, Clock, Random};
use membership_core::quota::MailLimits;
use membership_core::secret::{HmacLinks, Link, LinkKey, LinkKind, LinkSigner};
use membership_core::service::{AccountRules, Accounts, Failure, Memberships, NewOffer, Ports};
use membership_core::subscription::Terms;
use membership_core::view::{InvitationView, OrganizationView};
use secrecy::ExposeSecret;
use time::{Duration, OffsetDateTime};

use crate::clock::ManualClock;
use crate::fixture;
use crate::memory::MemoryStore;
use crate::passwords::PlainPasswords;
use crate::random::SeededRandom;
use crate::stores::Stores;

/// A service on a store, and everything that is around it.
///
/// ```
/// # use membership_testkit::{World, fixture::person};
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// let world = World::in_memory();
/// let team = world.found("team", 1).await;
/// let invitation = world.invite(team.id, team.owner, 2, "member").await;
/// let link = world.link(team.id, &invitation);
/// let accepted = world.memberships.accept(&link, person(2)).await.unwrap();
/// assert_eq!(accepted.member.role.as_str(), "member");
/// assert_eq!(world.drain().await.len(), 1);
/// world.assert_no_mail_waits().await;
/// # });
/// ```
#[derive(Clone)]
pub struct World {
    /// The clock; it stands still until it is moved.
    pub clock: Arc<ManualClock>,
    /// Where ids and secrets come from.
    pub random: Arc<SeededRandom>,
    /// What makes and recognises links.
    pub links: Arc<HmacLinks>,
    /// The ports of storage.
    pub stores: Stores,
    /// The service.
    pub memberships: Memberships,
    /// The users of the deployment.
    pub accounts: Accounts,
}

/// An organization that was founded in a world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Founded {
    /// Its id.
    pub id: OrganizationId,
    /// Who owns it.
    pub owner: UserId,
    /// The owner's membership.
    pub owner_member: MemberId,
}

impl World {
    /// A world on an empty store in memory.
    pub fn in_memory() -> Self {
        let clock = Arc::new(ManualClock::default());
        Self::on(Stores::in_memory(clock.clone()), clock)
    }

    /// A world on an empty store in memory, and the store, to look into.
    pub fn with_memory() -> (Self, MemoryStore) {
        let clock = Arc::new(ManualClock::default());
        let memory = MemoryStore::new(clock.clone());
        (Self::on(Stores::of(Arc::new(memory.clone())), clock), memory)
    }

    /// A world on a store whose time is told by this clock.
    pub fn on(stores: Stores, clock: Arc<ManualClock>) -> Self {
        let random = Arc::new(SeededRandom::default());
        let links = Arc::new(HmacLinks::new(LinkKey::new(1, [7; 32]), Vec::new()));
        let memberships = Memberships::new(Ports {
            limits: MailLimits::off(),
            store: stores.store.clone(),
            directory: stores.directory.clone(),
            links: links.clone(),
            random: random.clone(),
            doorbell: None,
        });
        let passwords = Arc::new(PlainPasswords::default());
        let accounts = Accounts::new(memberships.clone(), passwords, AccountRules::default());
        Self { clock, random, links, stores, memberships, accounts }
    }

    /// The same world, in which no more mail may be caused than that.
    #[must_use]
    pub fn with_limits(self, limits: MailLimits) -> Self {
        let memberships = Memberships::new(Ports { limits, ..self.memberships.ports().clone() });
        let accounts = Accounts::new(memberships.clone(), Arc::new(PlainPasswords::default()), self.accounts.rules());
        Self { memberships, accounts, ..self }
    }

    /// What time it is.
    pub fn now(&self) -> OffsetDateTime {
        self.clock.now()
    }

    /// Lets time pass.
    pub fn pass(&self, time: Duration) {
        self.clock.advance(time);
    }

    /// Founds an organization of a preset, owned by person `owner`, without a seat limit.
    ///
    /// # Panics
    /// If the store fails.
    pub async fn found(&self, preset: &str, owner: u32) -> Founded {
        let name = fixture::organization_name(&format!("Organization of person {owner}"));
        let founder = fixture::person(owner);
        let (id, member) = (OrganizationId(self.random.id()), MemberId(self.random.id()));
        let (policy, language) = (fixture::policy(preset), Language::English);
        let found = Found { id, name, policy, language, founder, member, seat_limit: None };
        must(self.memberships.execute(&found).await);
        Founded { id, owner: fixture::user_id(owner), owner_member: member }
    }

    /// Sets the seat limit, as the operator.
    ///
    /// # Panics
    /// If it is refused or the store fails.
    pub async fn limit_seats(&self, organization: OrganizationId, limit: Option<u32>) -> OrganizationView {
        let by = Actor::Operator(None);
        let terms = Terms::of_seats(limit);
        must(self.memberships.execute(&SetSubscription { organization, by, terms, expected: None }).await)
    }

    /// Sells an organization something, as the operator.
    ///
    /// # Panics
    /// If it is refused or the store fails.
    pub async fn sell(&self, organization: OrganizationId, terms: Terms) -> OrganizationView {
        let by = Actor::Operator(None);
        must(self.memberships.execute(&SetSubscription { organization, by, terms, expected: None }).await)
    }

    /// Invites person `guest` with a role, by mail.
    ///
    /// # Panics
    /// If it is refused or the store fails.
    pub async fn invite(&self, organization: OrganizationId, by: UserId, guest: u32, role: &str) -> InvitationView {
        let offer = NewOffer::to(fixture::address(guest)).with_role(fixture::role(role));
        must(self.memberships.invite(organization, by, offer).await)
    }

    /// The text of an invitation's present link.
    pub fn link(&self, organization: OrganizationId, invitation: &InvitationView) -> String {
        self.memberships.invitation_link(organization, invitation).expose_secret().to_owned()
    }

    /// Person `guest` accepts by this link, signed in.
    ///
    /// # Errors
    /// As [`Memberships::accept`].
    pub async fn accept(&self, link: &str, guest: u32) -> Result<Member, Failure> {
        Ok(self.memberships.accept(link, fixture::person(guest)).await?.member)
    }

    /// Somebody who has no account yet accepts by this link, and has one from then on.
    ///
    /// # Errors
    /// As [`Accept`].
    ///
    /// # Panics
    /// If the link is none of this world's.
    pub async fn accept_as_newcomer(&self, link: &str, guest: u32) -> Result<Member, Failure> {
        let link = self.links.read(LinkKind::Invitation, link).expect("the link is of this world");
        let acceptor = Acceptor::New { user: fixture::user(guest), address: fixture::address(guest) };
        let member = MemberId(self.random.id());
        Ok(self.memberships.execute(&Accept { link, acceptor, member, sign_in: None, ends: None }).await?.member)
    }

    /// Person `guest` is invited by the owner and accepts by the link.
    ///
    /// # Panics
    /// If it is refused or the store fails.
    pub async fn join(&self, organization: &Founded, guest: u32, role: &str) -> Member {
        let invitation = self.invite(organization.id, organization.owner, guest, role).await;
        let link = Link::to_invitation(organization.id, invitation.invitation.id, invitation.invitation.generation);
        let text = self.links.sign(&link);
        must(self.accept(text.expose_secret(), guest).await)
    }

    /// Takes everything that is due from the outbox, marks it as sent, and returns it in the order it was due.
    ///
    /// # Panics
    /// If the store fails.
    pub async fn drain(&self) -> Vec<Message> {
        let outbox = &self.stores.outbox;
        let mut sent = Vec::new();
        loop {
            let due = outbox.due(100).await.expect("the outbox can be read");
            if due.is_empty() {
                return sent;
            }
            for message in due {
                let claimed = outbox.claim(message, Duration::MINUTE).await.expect("a message can be claimed");
                outbox.settle(message, &Attempt::Sent).await.expect("a message can be settled");
                sent.extend(claimed.map(|it| it.message));
            }
        }
    }

    /// Asserts that no message is due: at the end of a test, so that no mail goes out unnoticed.
    ///
    /// # Panics
    /// If there is one, or the store fails.
    pub async fn assert_no_mail_waits(&self) {
        let due = self.stores.outbox.due(10).await.expect("the outbox can be read");
        assert!(due.is_empty(), "there is mail that the test did not expect: {due:?}");
    }

    /// The person of that number.
    pub fn person(&self, number: u32) -> Person {
        fixture::person(number)
    }
}

#[track_caller]
fn must<T>(result: Result<T, Failure>) -> T {
    match result {
        Ok(value) => value,
        Err(failure) => panic!("the world was refused what it asked for: {failure}"),
    }
}
