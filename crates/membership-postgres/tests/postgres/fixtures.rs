//! Test data, made as the service makes it: events on facts, and the changes that follow from them.

use membership_core::changes::Changes;
use membership_core::draft::{Actor, Draft, Mail};
use membership_core::email::EmailAddress;
use membership_core::event::Event;
use membership_core::facts::{Facts, Scope};
use membership_core::id::{InvitationId, MemberId, OrganizationId, SignInId, UserId};
use membership_core::invitation::{Channel, Delivery, Invitation, InvitationState, Inviter};
use membership_core::language::Language;
use membership_core::member::{Member, MemberStatus};
use membership_core::message::{Content, MessageScope, Recipient};
use membership_core::name::{Names, OrganizationName, PersonName};
use membership_core::organization::{ChainEnd, Organization, OrganizationState};
use membership_core::port::{Store, StoreError};
use membership_core::preset::Preset;
use membership_core::profile::MemberProfile;
use membership_core::role::RoleKey;
use membership_core::secret::TokenHash;
use membership_core::user::{SignIn, User, UserEmail};
use membership_postgres::PostgresStore;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

pub const ORGANIZATION: OrganizationId = OrganizationId(Uuid::from_u128(0xA0));
pub const OWNER: MemberId = MemberId(Uuid::from_u128(0xA1));
pub const FOUNDER: UserId = UserId(Uuid::from_u128(0xA2));

pub fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

pub fn address(name: &str) -> EmailAddress {
    EmailAddress::parse(&format!("{name}@example.org")).unwrap()
}

pub fn role(key: &str) -> RoleKey {
    RoleKey::parse(key).unwrap()
}

/// What the facts become by these events.
pub fn changes(facts: &Facts, events: Vec<Event>) -> Changes {
    let mut draft = Draft::new(facts, Actor::User(FOUNDER));
    for event in events {
        draft.record(event);
    }
    Changes::of(facts, &draft.reply(()), Some("request-1"), None)
}

/// Opens a scope, lets these events happen and commits.
pub async fn happen(store: &PostgresStore, scope: &Scope, events: Vec<Event>) -> Result<Facts, StoreError> {
    let session = store.open(scope).await?;
    let changes = changes(session.facts(), events);
    session.commit(changes).await?;
    store.read(scope).await
}

pub fn organization(id: OrganizationId, at: OffsetDateTime) -> Organization {
    Organization {
        id,
        name: OrganizationName::parse("Acme “Ünïted”").unwrap(),
        state: OrganizationState::AwaitingOwner,
        owner: None,
        policy: Preset::named("account").unwrap().policy().unwrap(),
        language: Language::French,
        branding: membership_core::branding::Branding::default(),
        created_at: at,
        version: 1,
    }
}

pub fn member(id: u128, name: &str) -> Member {
    Member {
        id: MemberId(self::id(id)),
        user: Some(UserId(self::id(id + 1))),
        name: PersonName::parse(name).unwrap(),
        email: Some(address(&name.to_lowercase().replace(|c: char| !c.is_alphanumeric(), "-"))),
        role: role("viewer"),
        status: MemberStatus::Active,
        seat: true,
        waits_since: None,
        joined_at: time::macros::datetime!(2026-02-01 08:00:00.000001 UTC),
        raised_at: None,
        deactivates_at: None,
        profile: MemberProfile::default(),
        set_up: None,
        rounds: membership_core::roster::Rounds::default(),
        login_since: Some(time::macros::datetime!(2026-02-01 08:00:00.000002 UTC)),
        version: 1,
    }
}

pub fn founder() -> Member {
    Member { id: OWNER, user: Some(FOUNDER), role: role("administrator"), ..member(0xA1, "Ada Lovelace") }
}

pub fn invitation(id: u128, email: &str, now: OffsetDateTime) -> Invitation {
    Invitation {
        id: InvitationId(self::id(id)),
        email: address(email),
        role: role("viewer"),
        for_owner: false,
        state: InvitationState::Pending,
        generation: 1,
        channel: Channel::Mail,
        reserves_seat: true,
        invited_by: Inviter::Member(OWNER),
        language: Language::English,
        message: None,
        wording: None,
        deactivates_at: None,
        groups: vec![],
        sessions: vec![],
        created_at: now,
        opens_at: now,
        expires_at: now + Duration::days(7),
        settled_at: None,
        member: None,
        sends: 1,
        delivery: Delivery::Queued,
        version: 1,
    }
}

pub fn user(id: UserId, name: &str, at: OffsetDateTime) -> User {
    User {
        id,
        name: PersonName::parse(name).unwrap(),
        names: Names::default(),
        username: None,
        emails: vec![UserEmail { address: address(&name.to_lowercase()), verified_at: Some(at) }],
        password: None,
        password_due: false,
        initial_password: None,
        password_generation: 0,
        identities: Vec::new(),
        language: Language::English,
        operator: false,
        home: None,
        created_at: at,
        audit: ChainEnd::default(),
        version: 1,
    }
}

pub fn sign_in(user: UserId, id: u128, at: OffsetDateTime) -> SignIn {
    let token = TokenHash([u8::try_from(id % 251).unwrap(); 32]);
    SignIn {
        id: SignInId(self::id(id)),
        user,
        token,
        created_at: at,
        expires_at: at + Duration::days(30),
        last_seen_at: at,
        description: Some("Firefox on Linux".to_owned()),
        password_generation: 0,
        assurance: membership_core::second_factor::Assurance::OneFactor,
        proven_at: at,
    }
}

/// The mail that goes with an invitation.
pub fn invitation_mail(invitation: &Invitation) -> Mail {
    Mail {
        scope: MessageScope::Organization(ORGANIZATION),
        cause: (invitation.id.0, u64::from(invitation.generation)),
        to: Recipient::Address(invitation.email.clone()),
        language: invitation.language,
        content: Content::Invitation {
            invitation: invitation.id,
            generation: invitation.generation,
            organization: "Acme".to_owned(),
            inviter: Some("Ada \\ \"Lovelace\"".to_owned()),
            role: invitation.role.to_string(),
            message: Some("first line\nsecond line".to_owned()),
            expires_at: invitation.expires_at,
        },
        due_at: None,
    }
}

/// Founds the organization of most tests: an owner, and seats without end.
pub async fn found(store: &PostgresStore) -> Facts {
    found_as(store, ORGANIZATION, founder()).await
}

pub async fn found_as(store: &PostgresStore, organization: OrganizationId, owner: Member) -> Facts {
    let scope = Scope::of(organization);
    let now = store.read(&scope).await.unwrap().now;
    let events = vec![
        Event::OrganizationFounded { organization: self::organization(organization, now), seat_limit: None },
        Event::MemberJoined { member: owner.clone() },
        Event::OwnershipTransferred { to: owner.id },
    ];
    happen(store, &scope, events).await.unwrap()
}

/// Invites an address, with its mail.
pub async fn invite(store: &PostgresStore, invitation: &Invitation) -> Result<(), StoreError> {
    let scope = Scope { invited_at: vec![invitation.email.clone()], ..Scope::of(ORGANIZATION) };
    let session = store.open(&scope).await?;
    let mut draft = Draft::new(session.facts(), Actor::User(FOUNDER));
    draft.record(Event::InvitationCreated { invitation: invitation.clone() });
    draft.mail(invitation_mail(invitation));
    let changes = Changes::of(session.facts(), &draft.reply(()), None, None);
    session.commit(changes).await
}
