//! What the courier works with, in memory, and samples of every message.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use membership_core::audit::AuditEntry;
use membership_core::email::EmailAddress;
use membership_core::facts::{Facts, Scope};
use membership_core::group::Group;
use membership_core::id::{
    InvitationId, MemberId, MessageId, OrganizationId, SessionId, SignInId, SignUpId, UserId, UserLinkId,
};
use membership_core::invitation::{Channel, Delivery, Invitation, InvitationState, Inviter};
use membership_core::language::Language;
use membership_core::member::Member;
use membership_core::message::{
    AddressChange, Content, IdentityChange, LoginChange, Message, MessageScope, Recipient, Recovery, SecondFactorChange,
};
use membership_core::organization::Head;
use membership_core::port::*;
use membership_core::port::{EnrolledMember, EnrolledQuery, NamedQuery, SessionQuery};
use membership_core::program::Program;
use membership_core::resource::Resource;
use membership_core::role::RoleKey;
use membership_core::secret::{HmacLinks, LinkKey, LinkSigner};
use membership_core::subscription::SubscriptionState;
use membership_core::user::SignIn;
use membership_smtp::{Courier, CourierOptions, Ports, Renderer};
use time::macros::datetime;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

pub const NOW: OffsetDateTime = datetime!(2026-11-28 14:30:05 UTC);
pub const ORGANIZATION: OrganizationId = OrganizationId(Uuid::from_u128(0xacce55));

pub const USER: UserId = UserId(Uuid::from_u128(3));

pub fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

pub fn signer() -> Arc<dyn LinkSigner> {
    Arc::new(HmacLinks::new(LinkKey::new(1, [7; 32]), vec![]))
}

pub fn renderer() -> Renderer {
    Renderer::new("https://members.example/", signer()).unwrap()
}

/// A message of the sample organization to Ada.
pub fn message(id: u128, content: Content) -> Message {
    let scope = match &content {
        Content::AddressVerification { sign_up, .. } => MessageScope::SignUp(*sign_up),
        Content::AddressInUse { .. }
        | Content::OneTimeLogin { .. }
        | Content::PasswordReset { .. }
        | Content::AdditionalAddress { .. }
        | Content::PasswordChanged { .. }
        | Content::IdentitiesChanged { .. }
        | Content::SecondFactorChanged { .. }
        | Content::AddressesChanged { .. } => MessageScope::User(USER),
        _ => MessageScope::Organization(ORGANIZATION),
    };
    Message {
        id: MessageId(Uuid::from_u128(id)),
        scope,
        to: Recipient::Address(address("ada.lovelace@example.org")),
        language: Language::English,
        content,
        branding: membership_core::branding::Branding::default(),
        created_at: NOW,
        due_at: NOW,
    }
}

/// One content of every kind, with and without what may be missing, whose names are these.
pub fn contents(organization: &str, person: &str, words: &str) -> Vec<Content> {
    let (organization, person) = (organization.to_owned(), person.to_owned());
    let expires_at = NOW + Duration::days(7);
    let invitation = |inviter, message| Content::Invitation {
        invitation: InvitationId(Uuid::from_u128(1)),
        generation: 1,
        organization: organization.clone(),
        inviter,
        role: "administrator".to_owned(),
        message,
        expires_at,
    };
    let member = MemberId(Uuid::from_u128(5));
    let reminder = |inviter| Content::Reminder {
        invitation: InvitationId(Uuid::from_u128(1)),
        generation: 1,
        organization: organization.clone(),
        inviter,
        role: "administrator".to_owned(),
        expires_at,
    };
    let begun = |message| Content::ProgramInvitation {
        session: SessionId(Uuid::from_u128(6)),
        member,
        organization: organization.clone(),
        name: person.clone(),
        program: organization.clone(),
        title: person.clone(),
        message,
        starts_at: NOW,
        ends_at: expires_at,
    };
    let accepted = |awaits_seat| Content::InvitationAccepted {
        organization: organization.clone(),
        member: person.clone(),
        awaits_seat,
    };
    let transferred =
        |former| Content::OwnershipTransferred { organization: organization.clone(), former, owner: person.clone() };
    let ending = |state, plan| Content::SubscriptionEnding {
        organization: organization.clone(),
        plan,
        state,
        expires_at,
        grace_ends_at: expires_at + Duration::days(14),
    };
    let link = UserLinkId(Uuid::from_u128(4));
    let factor = |change| Content::SecondFactorChanged { name: person.clone(), change };
    let changed =
        |change| Content::AddressesChanged { name: person.clone(), address: address("ada@engines.example"), change };
    let identities =
        |change| Content::IdentitiesChanged { name: person.clone(), issuer: "id.engines.example".to_owned(), change };
    let set_up = |username: Option<&str>, initial_password| Content::AccountSetUp {
        member: MemberId(Uuid::from_u128(5)),
        generation: 2,
        organization: organization.clone(),
        name: person.clone(),
        username: username.map(str::to_owned),
        initial_password,
        expires_at,
    };
    let login = |change, username: Option<&str>| Content::LoginChanged {
        organization: organization.clone(),
        name: person.clone(),
        change,
        username: username.map(str::to_owned),
    };
    vec![
        set_up(Some("ada"), false),
        set_up(Some("ada"), true),
        set_up(None, false),
        login(LoginChange::Username, Some("ada")),
        login(LoginChange::Password, None),
        login(LoginChange::Password, Some("ada")),
        login(LoginChange::SignedOut, None),
        login(LoginChange::Cleared, None),
        login(LoginChange::Untied, None),
        login(LoginChange::GivenBack, None),
        invitation(Some(person.clone()), Some(words.to_owned())),
        invitation(Some(person.clone()), None),
        invitation(None, Some(words.to_owned())),
        invitation(None, None),
        reminder(Some(person.clone())),
        reminder(None),
        begun(Some(words.to_owned())),
        begun(None),
        Content::AccessEnding { member, organization: organization.clone(), name: person.clone(), at: expires_at },
        Content::AccessEnded { member, organization: organization.clone(), name: person.clone(), at: expires_at },
        Content::MemberDeactivating {
            member,
            organization: organization.clone(),
            name: person.clone(),
            at: expires_at,
        },
        Content::MemberDeactivated { member, organization: organization.clone(), name: person.clone(), at: expires_at },
        accepted(true),
        accepted(false),
        Content::SeatAllocated { organization: organization.clone(), member: person.clone() },
        Content::SeatAwaited { organization: organization.clone(), member: person.clone() },
        Content::SeatsFilling { organization: organization.clone(), taken: 3, limit: 4 },
        Content::SeatsFilling { organization: organization.clone(), taken: 4, limit: 4 },
        ending(SubscriptionState::Active, Some(organization.clone())),
        ending(SubscriptionState::Grace, None),
        ending(SubscriptionState::Expired, Some(organization.clone())),
        transferred(Some(person.clone())),
        transferred(None),
        Content::AccessRemoved { organization: organization.clone(), member: person.clone() },
        Content::AddressVerification { sign_up: SignUpId(Uuid::from_u128(2)), name: person.clone(), expires_at },
        Content::AddressInUse { name: person.clone() },
        Content::OneTimeLogin { link, generation: 2, name: person.clone(), expires_at },
        Content::PasswordReset { link, generation: 2, name: person.clone(), expires_at },
        Content::AdditionalAddress { link, generation: 2, name: person.clone(), expires_at },
        Content::PasswordChanged { name: person.clone() },
        identities(IdentityChange::Linked),
        identities(IdentityChange::Unlinked),
        factor(SecondFactorChange::TotpAdded),
        factor(SecondFactorChange::TotpRemoved),
        factor(SecondFactorChange::PasskeyAdded),
        factor(SecondFactorChange::PasskeyRemoved),
        factor(SecondFactorChange::CodesMade),
        factor(SecondFactorChange::CodeUsed),
        factor(SecondFactorChange::Reset),
        changed(AddressChange::Added),
        changed(AddressChange::Removed),
        changed(AddressChange::MadePrimary),
    ]
}

/// An invitation's mail, and the invitation it is about, outstanding.
pub fn invited(id: u128) -> (Message, Invitation) {
    let invitation = Invitation {
        id: InvitationId(Uuid::from_u128(id)),
        email: address("ada.lovelace@example.org"),
        role: RoleKey::parse("administrator").unwrap(),
        for_owner: false,
        state: InvitationState::Pending,
        generation: 1,
        channel: Channel::Mail,
        reserves_seat: false,
        invited_by: Inviter::Operator,
        language: Language::English,
        message: Some("Welcome, Ada!".to_owned()),
        wording: None,
        deactivates_at: None,
        groups: vec![],
        sessions: vec![],
        created_at: NOW,
        opens_at: NOW,
        expires_at: NOW + Duration::days(7),
        settled_at: None,
        member: None,
        sends: 1,
        delivery: Delivery::Queued,
        version: 1,
    };
    let content = Content::Invitation {
        invitation: invitation.id,
        generation: 1,
        organization: "Analytical Engines".to_owned(),
        inviter: Some("Charles Babbage".to_owned()),
        role: "administrator".to_owned(),
        message: invitation.message.clone(),
        expires_at: invitation.expires_at,
    };
    (message(id, content), invitation)
}

/// A seat's mail, which depends on nothing.
pub fn seat(id: u128) -> Message {
    let (organization, member) = ("Analytical Engines".to_owned(), "Ada Lovelace".to_owned());
    message(id, Content::SeatAllocated { organization, member })
}

pub struct StoppedClock(Mutex<OffsetDateTime>);

impl StoppedClock {
    pub fn advance(&self, by: Duration) {
        *self.0.lock().unwrap() += by;
    }
}

impl Clock for StoppedClock {
    fn now(&self) -> OffsetDateTime {
        *self.0.lock().unwrap()
    }
}

#[derive(Debug, Clone)]
struct Row {
    message: Message,
    attempts: u32,
    due_at: OffsetDateTime,
    history: Vec<Attempt>,
    is_done: bool,
}

/// An outbox with a stopped clock.
pub struct MemoryOutbox {
    clock: Arc<StoppedClock>,
    rows: Mutex<BTreeMap<Uuid, Row>>,
    pub invitations: Mutex<HashMap<InvitationId, Invitation>>,
}

impl MemoryOutbox {
    pub fn put(&self, message: Message) {
        let row = Row { due_at: message.due_at, message, attempts: 0, history: Vec::new(), is_done: false };
        self.rows.lock().unwrap().entry(row.message.id.0).or_insert(row);
    }

    pub fn put_invited(&self, (message, invitation): (Message, Invitation)) {
        self.invitations.lock().unwrap().insert(invitation.id, invitation);
        self.put(message);
    }

    /// What became of each attempt on a message.
    pub fn history(&self, id: u128) -> Vec<Attempt> {
        self.rows.lock().unwrap()[&Uuid::from_u128(id)].history.clone()
    }

    pub fn messages(&self) -> Vec<Message> {
        self.rows.lock().unwrap().values().map(|row| row.message.clone()).collect()
    }
}

#[async_trait]
impl Outbox for MemoryOutbox {
    async fn due(&self, limit: u32) -> Result<Vec<MessageRef>, StoreError> {
        let now = self.clock.now();
        let rows = self.rows.lock().unwrap();
        let due = rows.values().filter(|row| !row.is_done && row.due_at <= now);
        let due = due.map(|row| MessageRef { scope: row.message.scope, id: row.message.id });
        Ok(due.take(limit.try_into().unwrap()).collect())
    }

    async fn claim(&self, message: MessageRef, lease: Duration) -> Result<Option<Claimed>, StoreError> {
        let now = self.clock.now();
        let mut rows = self.rows.lock().unwrap();
        let Some(row) = rows.get_mut(&message.id.0).filter(|row| !row.is_done && row.due_at <= now) else {
            return Ok(None);
        };
        row.attempts += 1;
        row.due_at = now + lease;
        let invitation = match &row.message.content {
            Content::Invitation { invitation, .. } => self.invitations.lock().unwrap().get(invitation).cloned(),
            _ => None,
        };
        Ok(Some(Claimed { message: row.message.clone(), attempts: row.attempts, invitation }))
    }

    async fn settle(&self, message: MessageRef, attempt: &Attempt) -> Result<(), StoreError> {
        let children = match attempt {
            Attempt::Expanded(children) => children.clone(),
            _ => Vec::new(),
        };
        if let Some(row) = self.rows.lock().unwrap().get_mut(&message.id.0) {
            row.history.push(attempt.clone());
            match attempt {
                Attempt::Deferred { until, .. } => row.due_at = *until,
                _ => row.is_done = true,
            }
        }
        children.into_iter().for_each(|child| self.put(child));
        Ok(())
    }
}

mockall::mock! {
    pub Directory {}
    #[async_trait]
    impl Directory for Directory {
        async fn roster(
            &self,
            organization: OrganizationId,
            query: &MemberQuery,
        ) -> Result<Vec<membership_core::roster::RosterGroup>, StoreError>;
        async fn roster_after(
            &self,
            organization: OrganizationId,
            query: &MemberQuery,
            after: Option<MemberId>,
            limit: u32,
        ) -> Result<Vec<MemberId>, StoreError>;
        async fn organizations(
            &self,
            query: &membership_core::port::OrganizationQuery,
        ) -> Result<Page<membership_core::organization::Head>, StoreError>;
        async fn rounds(
            &self,
            organization: OrganizationId,
            query: &membership_core::port::RoundQuery,
        ) -> Result<Page<membership_core::roster::Round>, StoreError>;
        async fn members(&self, organization: OrganizationId, query: &MemberQuery) -> Result<Page<Member>, StoreError>;
        async fn invitations(
            &self,
            organization: OrganizationId,
            query: &InvitationQuery,
        ) -> Result<Page<Invitation>, StoreError>;
        async fn records(
            &self,
            organization: OrganizationId,
            query: &RecordQuery,
        ) -> Result<Page<Resource>, StoreError>;
        async fn audit(&self, organization: OrganizationId, query: &AuditQuery) -> Result<Vec<AuditEntry>, StoreError>;
        async fn organizations_of(&self, user: UserId) -> Result<Vec<(Head, Member)>, StoreError>;
        async fn waiting_for(&self, addresses: &[EmailAddress]) -> Result<Vec<(Head, Invitation)>, StoreError>;
        async fn with_set_up_code(
            &self,
            locator: membership_core::typed_code::CodeLocator,
        ) -> Result<Vec<(OrganizationId, MemberId)>, StoreError>;
        async fn holders(
            &self,
            organization: OrganizationId,
            roles: &[RoleKey],
            after: Option<MemberId>,
        ) -> Result<Vec<Member>, StoreError>;
        async fn groups(
            &self,
            organization: OrganizationId,
            query: &NamedQuery,
        ) -> Result<Page<(Group, u64)>, StoreError>;
        async fn groups_of(
            &self,
            organization: OrganizationId,
            members: &[MemberId],
        ) -> Result<Vec<(MemberId, Group)>, StoreError>;
        async fn programs(&self, organization: OrganizationId, query: &NamedQuery) -> Result<Page<Program>, StoreError>;
        async fn sessions(
            &self,
            organization: OrganizationId,
            query: &SessionQuery,
        ) -> Result<Page<membership_core::program::Session>, StoreError>;
        async fn enrolled(
            &self,
            organization: OrganizationId,
            query: &EnrolledQuery,
        ) -> Result<Page<EnrolledMember>, StoreError>;
        async fn last_logins(
            &self,
            users: &[UserId],
        ) -> Result<Vec<(UserId, OffsetDateTime)>, StoreError>;
        async fn logins_by_day(
            &self,
            organization: OrganizationId,
            days: membership_core::report::Days,
        ) -> Result<membership_core::report::LoginsByDay, StoreError>;
        async fn sign_ins_of(&self, user: UserId) -> Result<Vec<SignIn>, StoreError>;
        async fn imports(
            &self,
            organization: OrganizationId,
            import: Option<membership_core::id::ImportId>,
        ) -> Result<Vec<(membership_core::import::Import, membership_core::import::ImportCounts)>, StoreError>;
        async fn import_rows(
            &self,
            organization: OrganizationId,
            import: membership_core::id::ImportId,
            from: u32,
            limit: u32,
        ) -> Result<Vec<membership_core::import::ImportRow>, StoreError>;
        async fn logins_after(
            &self,
            organization: OrganizationId,
            after: Option<UserId>,
            limit: u32,
        ) -> Result<Vec<(MemberId, UserId)>, StoreError>;
        async fn login_clears(
            &self,
            organization: OrganizationId,
        ) -> Result<Vec<membership_core::login_clear::LoginClear>, StoreError>;
        async fn cleared_logins(
            &self,
            organization: OrganizationId,
            clear: membership_core::id::ClearId,
            limit: u32,
        ) -> Result<Vec<membership_core::login_clear::ClearedLogin>, StoreError>;
        async fn ping(&self) -> Result<(), StoreError>;
    }
}

mockall::mock! {
    pub Store {}
    #[async_trait]
    impl Store for Store {
        async fn open(&self, scope: &Scope) -> Result<Box<dyn Session>, StoreError>;
        async fn read(&self, scope: &Scope) -> Result<Facts, StoreError>;
        async fn note_seen(&self, user: UserId, sign_in: SignInId) -> Result<(), StoreError>;
        async fn note_key_used(&self, key: membership_core::port::UsedKey) -> Result<(), StoreError>;
    }
}

mockall::mock! {
    pub FollowUp {}
    #[async_trait]
    impl FollowUp for FollowUp {
        async fn send_round(
            &self,
            organization: membership_core::id::OrganizationId,
            round: membership_core::id::RoundId,
            chunk: u32,
        ) -> Result<(), StoreError>;
        async fn clear_logins(
            &self,
            organization: membership_core::id::OrganizationId,
            clear: membership_core::id::ClearId,
            chunk: u32,
        ) -> Result<(), StoreError>;
        async fn give_logins_back(
            &self,
            organization: membership_core::id::OrganizationId,
            clear: membership_core::id::ClearId,
            chunk: u32,
        ) -> Result<(), StoreError>;
        async fn follow_up(&self, login: &str, means: Recovery) -> Result<(), StoreError>;
    }
}

/// Everything around a courier.
pub struct World {
    pub clock: Arc<StoppedClock>,
    pub outbox: Arc<MemoryOutbox>,
    pub directory: MockDirectory,
    pub store: MockStore,
    pub follow_up: MockFollowUp,
    pub options: CourierOptions,
}

impl World {
    pub fn new() -> Self {
        let clock = Arc::new(StoppedClock(Mutex::new(NOW)));
        let outbox = MemoryOutbox { clock: Arc::clone(&clock), rows: Mutex::default(), invitations: Mutex::default() };
        Self {
            clock,
            outbox: Arc::new(outbox),
            directory: MockDirectory::new(),
            store: MockStore::new(),
            follow_up: MockFollowUp::new(),
            options: CourierOptions::default(),
        }
    }

    pub fn courier(self, mailer: impl Mailer + 'static) -> Courier {
        let outbox = Arc::clone(&self.outbox);
        self.courier_on(outbox, mailer)
    }

    pub fn courier_on(self, outbox: Arc<dyn Outbox>, mailer: impl Mailer + 'static) -> Courier {
        let ports = Ports {
            outbox,
            directory: Arc::new(self.directory),
            store: Arc::new(self.store),
            follow_up: Arc::new(self.follow_up),
            mailer: Arc::new(mailer),
            clock: self.clock,
        };
        Courier::new(ports, Arc::new(renderer()), self.options)
    }
}
