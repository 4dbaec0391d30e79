//! A store on a file of its own, a clock that stands still, and people to put in.

#![allow(clippy::allow_attributes, reason = "which of these are needed differs from one test file to the next")]
#![allow(dead_code, reason = "each test file uses another part of this module")]
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use membership_core::changes::Changes;
use membership_core::draft::{Actor, Draft};
use membership_core::email::EmailAddress;
use membership_core::event::Event;
use membership_core::facts::{Facts, Scope};
use membership_core::id::{InvitationId, MemberId, MessageId, OrganizationId, SignInId, SignUpId, UserId};
use membership_core::identity::{Identity, Subject};
use membership_core::invitation::{Channel, Delivery, Invitation, InvitationState, Inviter};
use membership_core::language::Language;
use membership_core::member::{Member, MemberStatus};
use membership_core::message::{Content, Message, MessageScope, Recipient};
use membership_core::name::{Names, OrganizationName, PersonName, Username};
use membership_core::organization::{ChainEnd, Organization, OrganizationState};
use membership_core::port::{Clock, Store, StoreError};
use membership_core::preset::Preset;
use membership_core::profile::MemberProfile;
use membership_core::role::RoleKey;
use membership_core::secret::TokenHash;
use membership_core::user::{PasswordHash, SignIn, SignUp, User, UserEmail};
use membership_sqlite::SqliteStore;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// A clock that moves only when a test moves it.
pub struct StandingClock(AtomicI64);

impl Clock for StandingClock {
    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(self.0.load(Ordering::SeqCst)).unwrap() + Duration::microseconds(7)
    }
}

pub struct World {
    pub folder: tempfile::TempDir,
    pub store: SqliteStore,
    clock: Arc<StandingClock>,
}

impl World {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(StandingClock(AtomicI64::new(1_800_000_000)));
        let store = Self::open(&folder, &clock).await;
        store.migrate().await.unwrap();
        Self { folder, store, clock }
    }

    async fn open(folder: &tempfile::TempDir, clock: &Arc<StandingClock>) -> SqliteStore {
        let file = folder.path().join("inner/membership.sqlite");
        SqliteStore::open_file(file).await.unwrap().with_clock(clock.clone())
    }

    /// Another program that has the same file open.
    pub async fn another(&self) -> SqliteStore {
        Self::open(&self.folder, &self.clock).await
    }

    pub fn file(&self) -> std::path::PathBuf {
        self.folder.path().join("inner/membership.sqlite")
    }

    pub fn now(&self) -> OffsetDateTime {
        self.clock.now()
    }

    pub fn pass(&self, time: Duration) {
        self.clock.0.fetch_add(time.whole_seconds(), Ordering::SeqCst);
    }

    /// Commits events on the facts of a scope and returns the facts that should now be stored.
    pub async fn record(&self, scope: &Scope, events: Vec<Event>) -> Result<Facts, StoreError> {
        record(&self.store, scope, events).await
    }

    /// An organization with an owner, in the preset that reserves seats on inviting.
    pub async fn found(&self, number: u128) -> OrganizationId {
        let (organization, owner) = (organization(number, self.now()), member(number, self.now()));
        let id = organization.id;
        let founded = Event::OrganizationFounded { organization, seat_limit: Some(5_000) };
        self.record(&Scope::of(id), vec![founded, Event::MemberJoined { member: owner }]).await.unwrap();
        id
    }

    pub async fn facts(&self, scope: &Scope) -> Facts {
        self.store.read(scope).await.unwrap()
    }
}

pub async fn record(store: &SqliteStore, scope: &Scope, events: Vec<Event>) -> Result<Facts, StoreError> {
    let session = store.open(scope).await?;
    let changes = changes(session.facts(), events);
    let after = changes.1;
    session.commit(changes.0).await?;
    Ok(after)
}

/// What events change, and the facts after them with their audit chains continued.
pub fn changes(facts: &Facts, events: Vec<Event>) -> (Changes, Facts) {
    let mut draft = Draft::new(facts, Actor::System);
    for event in events {
        draft.record(event);
    }
    let decision = draft.reply(());
    let changes = Changes::of(facts, &decision, Some("request-1"), None);
    let mut after = decision.after;
    if let Some(head) = &changes.head {
        after.head = Some(head.row.clone());
    }
    (changes, after)
}

pub fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

pub fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

pub fn role(text: &str) -> RoleKey {
    RoleKey::parse(text).unwrap()
}

pub fn organization(number: u128, now: OffsetDateTime) -> Organization {
    Organization {
        id: OrganizationId(id(number)),
        name: OrganizationName::parse(&format!("Club {number}")).unwrap(),
        state: OrganizationState::Live,
        owner: Some(MemberId(id(number))),
        policy: Preset::named("account").unwrap().policy().unwrap(),
        language: Language::French,
        branding: membership_core::branding::Branding::default(),
        created_at: now,
        version: 1,
    }
}

pub fn member(number: u128, now: OffsetDateTime) -> Member {
    Member {
        id: MemberId(id(number)),
        user: Some(UserId(id(number))),
        name: PersonName::parse(&format!("Élan {number:05}")).unwrap(),
        email: Some(address(&format!("person{number}@example.org"))),
        role: role("administrator"),
        status: MemberStatus::Active,
        seat: true,
        waits_since: None,
        joined_at: now,
        raised_at: None,
        deactivates_at: None,
        profile: MemberProfile::default(),
        set_up: None,
        rounds: membership_core::roster::Rounds::default(),
        login_since: Some(now),
        version: 1,
    }
}

pub fn invitation(number: u128, now: OffsetDateTime) -> Invitation {
    Invitation {
        id: InvitationId(id(number)),
        email: address(&format!("guest{number}@example.org")),
        role: role("viewer"),
        for_owner: false,
        state: InvitationState::Pending,
        generation: 1,
        channel: Channel::Mail,
        reserves_seat: true,
        invited_by: Inviter::Operator,
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

pub fn user(number: u128, now: OffsetDateTime) -> User {
    User {
        id: UserId(id(number)),
        name: PersonName::parse("Ada Lovelace").unwrap(),
        names: Names::default(),
        username: Some(Username::parse(&format!("ada.{number}")).unwrap()),
        emails: vec![
            UserEmail { address: address(&format!("person{number}@example.org")), verified_at: Some(now) },
            UserEmail { address: address("shared@example.org"), verified_at: None },
        ],
        password: Some(PasswordHash::new("$argon2id$v=19$x".to_owned())),
        password_due: true,
        initial_password: None,
        password_generation: 3,
        identities: vec![Identity {
            subject: Subject::parse("https://id.example.org", &format!("{number}")).unwrap(),
            email: Some(address(&format!("person{number}@example.org"))),
            linked_at: now,
        }],
        language: Language::French,
        operator: false,
        home: None,
        created_at: now,
        audit: ChainEnd::default(),
        version: 1,
    }
}

pub fn sign_in(number: u128, user: UserId, now: OffsetDateTime) -> SignIn {
    let token = TokenHash([u8::try_from(number).unwrap(); 32]);
    SignIn {
        id: SignInId(id(number)),
        user,
        token,
        created_at: now,
        expires_at: now + Duration::days(30),
        last_seen_at: now,
        description: Some("Firefox on Linux".to_owned()),
        password_generation: 3,
        assurance: membership_core::second_factor::Assurance::OneFactor,
        proven_at: now,
    }
}

pub fn sign_up(number: u128, now: OffsetDateTime) -> SignUp {
    SignUp {
        id: SignUpId(id(number)),
        email: address("new@example.org"),
        name: PersonName::parse("Newcomer").unwrap(),
        password: PasswordHash::new("$argon2id$v=19$y".to_owned()),
        language: Language::English,
        created_at: now,
        expires_at: now + Duration::days(1),
    }
}

/// The mail of an invitation's first generation.
pub fn letter(organization: OrganizationId, invitation: &Invitation) -> Message {
    Message {
        id: MessageId(invitation.id.0),
        scope: MessageScope::Organization(organization),
        to: Recipient::Address(invitation.email.clone()),
        language: invitation.language,
        content: Content::Invitation {
            invitation: invitation.id,
            generation: 1,
            organization: "Club".to_owned(),
            inviter: Some("Ada".to_owned()),
            role: "viewer".to_owned(),
            message: invitation.message.clone(),
            expires_at: invitation.expires_at,
        },
        branding: membership_core::branding::Branding::default(),
        created_at: invitation.created_at,
        due_at: invitation.opens_at,
    }
}
