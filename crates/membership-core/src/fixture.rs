//! Facts for the table tests of commands: one organization of each kind, with people whose ids are small numbers.

use time::macros::datetime;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::command::{Command, Found, Offer, ProgramTerms};
use crate::draft::{Actor, Decision};
use crate::email::EmailAddress;
use crate::event::Event;
use crate::facts::Facts;
use crate::group::Group;
use crate::id::{
    GroupId, InvitationId, MemberId, OrganizationId, PasskeyId, ProgramId, SessionId, SignInId, UserId, UserLinkId,
};
use crate::invitation::{Channel, Delivery, Invitation, InvitationState, Inviter};
use crate::language::Language;
use crate::member::{Member, MemberStatus};
use crate::name::{GroupName, Names, OrganizationName, PersonName, ProgramName, SessionTitle};
use crate::organization::ChainEnd;
use crate::person::Person;
use crate::preset::Preset;
use crate::profile::MemberProfile;
use crate::program::{Program, Session};
use crate::refusal::Refusal;
use crate::resource::{Holder, Level, Resource, ResourceName};
use crate::role::RoleKey;
use crate::second_factor::{Assurance, CodeHash, Passkey, Proof, Proven, Totp};
use crate::secret::{Link, LinkKind, TokenHash};
use crate::subscription::Terms;
use crate::totp::TotpSecret;
use crate::user::{PasswordHash, SignIn, User, UserEmail};
use crate::user_link::NewLink;

pub const NOW: OffsetDateTime = datetime!(2026-03-01 12:00 UTC);
pub const ORGANIZATION: OrganizationId = OrganizationId(Uuid::from_u128(1));
/// The owner of every fixture.
pub const OWNER: u128 = 10;

pub fn user(number: u128) -> UserId {
    UserId(Uuid::from_u128(number))
}

pub fn member(number: u128) -> MemberId {
    MemberId(Uuid::from_u128(0x1_0000 + number))
}

pub fn invitation(number: u128) -> InvitationId {
    InvitationId(Uuid::from_u128(0x2_0000 + number))
}

pub fn by(number: u128) -> Actor {
    Actor::User(user(number))
}

pub fn email(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

pub fn role(key: &str) -> RoleKey {
    RoleKey::parse(key).unwrap()
}

pub fn person(number: u128) -> Person {
    Person {
        user: user(number),
        name: PersonName::parse(&format!("Person {number}")).unwrap(),
        verified: vec![email(&format!("p{number}@example.org"))],
        language: None,
    }
}

/// An organization of a preset with its owner, as it is right after it was founded.
pub fn founded(preset: &str) -> Facts {
    let found = Found {
        id: ORGANIZATION,
        name: OrganizationName::parse("Acme").unwrap(),
        policy: Preset::named(preset).unwrap().policy().unwrap(),
        language: Language::English,
        founder: person(OWNER),
        member: member(OWNER),
        seat_limit: None,
    };
    found.decide(&Facts::nothing(NOW)).unwrap().after
}

/// Adds a member with this role.
pub fn with(mut facts: Facts, number: u128, role_key: &str) -> Facts {
    let head = facts.head.as_ref().unwrap();
    let seat = head.seats_on_joining();
    let person = person(number);
    facts.apply(&Event::MemberJoined {
        member: Member {
            id: member(number),
            user: Some(person.user),
            name: person.name,
            email: person.verified.first().cloned(),
            role: role(role_key),
            status: MemberStatus::Active,
            seat,
            waits_since: None,
            joined_at: NOW,
            raised_at: None,
            deactivates_at: None,
            profile: MemberProfile::default(),
            set_up: None,
            rounds: crate::roster::Rounds::default(),
            login_since: Some(NOW),
            version: 1,
        },
    });
    facts
}

/// Adds a member who has no login.
pub fn without_login(facts: Facts, number: u128, role_key: &str) -> Facts {
    let mut facts = with(facts, number, role_key);
    if let Some(last) = facts.members.last_mut() {
        last.user = None;
        last.login_since = None;
    }
    facts
}

/// Says that French is this member's language.
pub fn french(mut facts: Facts, number: u128) -> Facts {
    for it in facts.members.iter_mut().filter(|it| it.id == member(number)) {
        it.profile.language = Some(Language::French);
    }
    facts
}

/// Adds an outstanding invitation by the owner, good for seven days.
pub fn invited(mut facts: Facts, number: u128, role_key: &str) -> Facts {
    let reserves_seat = facts.head.as_ref().unwrap().seats_on_inviting();
    facts.apply(&Event::InvitationCreated {
        invitation: Invitation {
            id: invitation(number),
            email: email(&format!("p{number}@example.org")),
            role: role(role_key),
            for_owner: false,
            state: InvitationState::Pending,
            generation: 1,
            channel: Channel::Mail,
            reserves_seat,
            invited_by: Inviter::Member(member(OWNER)),
            language: Language::English,
            message: None,
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
        },
    });
    facts
}

pub fn group(number: u128) -> GroupId {
    GroupId(Uuid::from_u128(0x5_0000 + number))
}

pub fn program(number: u128) -> ProgramId {
    ProgramId(Uuid::from_u128(0x6_0000 + number))
}

pub fn session(number: u128) -> SessionId {
    SessionId(Uuid::from_u128(0x7_0000 + number))
}

/// Adds a group without members.
pub fn grouped(mut facts: Facts, number: u128) -> Facts {
    let name = GroupName::parse(&format!("Group {number}")).unwrap();
    facts.apply(&Event::GroupCreated { group: Group { id: group(number), name, created_at: NOW, version: 1 } });
    facts
}

/// Adds a group with these members.
pub fn with_group(facts: Facts, number: u128, members: &[u128]) -> Facts {
    let mut facts = grouped(facts, number);
    for it in members {
        facts.apply(&Event::GroupJoined { group: group(number), member: member(*it) });
    }
    facts
}

pub fn program_terms() -> ProgramTerms {
    let name = ProgramName::parse("Photography").unwrap();
    ProgramTerms { name, message: None, language: None, groups: vec![] }
}

/// Adds a program without sessions.
pub fn programmed(mut facts: Facts, number: u128) -> Facts {
    let ProgramTerms { name, message, language, groups } = program_terms();
    let program = Program { id: program(number), name, message, language, groups, created_at: NOW, version: 1 };
    facts.apply(&Event::ProgramCreated { program });
    facts
}

/// Adds program 1 with a session that begins and ends in so many days.
pub fn sessioned(facts: Facts, number: u128, from: i64, to: i64) -> Facts {
    let mut facts = programmed(facts, 1);
    let session = Session {
        id: session(number),
        program: program(1),
        title: SessionTitle::parse("Spring").unwrap(),
        starts_at: NOW + Duration::days(from),
        ends_at: NOW + Duration::days(to),
        groups: vec![],
        version: 1,
    };
    facts.apply(&Event::SessionCreated { session });
    facts
}

/// A password's hash, as far as commands can tell.
pub fn hash(password: &str) -> PasswordHash {
    PasswordHash::new(password.to_owned())
}

/// One account and nothing else: person 1, with a verified address.
pub fn account(password: Option<&str>) -> Facts {
    account_of(1, password)
}

/// The account of a person.
pub fn account_of(number: u128, password: Option<&str>) -> Facts {
    let Person { user: id, name, verified, .. } = person(number);
    let emails = verified.into_iter().map(|address| UserEmail { address, verified_at: Some(NOW) }).collect();
    let mut facts = Facts::nothing(NOW);
    facts.users.push(User {
        id,
        name,
        names: Names::default(),
        username: None,
        emails,
        password: password.map(hash),
        password_due: false,
        initial_password: None,
        password_generation: 0,
        identities: Vec::new(),
        language: Language::English,
        operator: false,
        home: None,
        created_at: NOW,
        audit: ChainEnd::default(),
        version: 1,
    });
    facts
}

/// Somebody on the roster at `p<number>@example.org`, who has no login.
pub fn rostered(facts: Facts, number: u128, role_key: &str) -> Facts {
    let mut facts = with(facts, number, role_key);
    for it in facts.members.iter_mut().filter(|it| it.id == member(number)) {
        it.user = None;
        it.login_since = None;
    }
    facts
}

/// An account to be made, still without an address, with a password.
pub fn newcomer(number: u128) -> User {
    User { emails: Vec::new(), ..account_of(number, Some("chosen")).users.remove(0) }
}

/// An identity of an issuer.
pub fn identity(name: &str) -> crate::identity::Identity {
    let subject = crate::identity::Subject::parse("https://id.example.org", name).unwrap();
    crate::identity::Identity { subject, email: None, linked_at: OffsetDateTime::UNIX_EPOCH }
}

/// Makes a link of a kind to person 1.
pub fn account_link(mut facts: Facts, kind: LinkKind) -> (Facts, Link) {
    let id = UserLinkId(Uuid::from_u128(0x3_0000 + facts.links.len() as u128));
    let row = NewLink { id, kind, lasts: Duration::hours(1) }.row(&facts, user(1), &email("p1@example.org"));
    let link = Link::to_user(row.kind, row.user, row.id, row.generation);
    facts.apply(&Event::UserLinkIssued { link: row });
    (facts, link)
}

/// A sign-in of person 1.
pub fn sign_in(number: u128) -> SignIn {
    SignIn {
        id: SignInId(Uuid::from_u128(0x4_0000 + number)),
        user: user(1),
        token: TokenHash([7; 32]),
        created_at: NOW,
        expires_at: NOW + Duration::days(30),
        last_seen_at: NOW,
        description: None,
        password_generation: 0,
        assurance: Assurance::OneFactor,
        proven_at: NOW,
    }
}

/// Both factors, shown at that instant.
pub fn shown(at: OffsetDateTime) -> Proven {
    Proven { at, by: Assurance::TwoFactors }
}

/// Person 1 is signed in by two browsers.
pub fn signed_in_twice(mut facts: Facts) -> Facts {
    facts.sign_ins.extend([sign_in(1), sign_in(2)]);
    facts
}

/// Sets the number of seats sold.
pub fn limited(mut facts: Facts, limit: u32) -> Facts {
    facts.apply(&Event::SeatLimitSet { organization: ORGANIZATION, limit: Some(limit) });
    facts
}

/// A trainee who joined when there was no seat, and waits for one since.
pub fn waiting(facts: Facts, number: u128) -> Facts {
    let mut facts = with(facts, number, "trainee");
    let last = facts.members.pop().unwrap();
    facts.head.as_mut().unwrap().seats.assigned -= 1;
    facts.apply(&Event::MemberJoined {
        member: Member { seat: false, waits_since: Some(NOW - Duration::hours(9)), ..last },
    });
    facts
}

/// Sells a subscription that ends in so many days, with so many days of grace.
pub fn sold(mut facts: Facts, days: i64, grace_days: u16) -> Facts {
    let terms = Terms { expires_at: Some(NOW + Duration::days(days)), grace_days, ..Terms::default() };
    facts.apply(&Event::SubscriptionSet { organization: ORGANIZATION, subscription: terms.subscription(NOW) });
    facts
}

/// The same facts at another time.
pub fn at(mut facts: Facts, now: OffsetDateTime) -> Facts {
    facts.now = now;
    facts
}

/// An offer to `p<number>@example.org` with everything left to the organization.
pub fn offer(number: u128, role_key: Option<&str>) -> Offer {
    Offer {
        id: invitation(number),
        email: email(&format!("p{number}@example.org")),
        role: role_key.map(role),
        language: None,
        message: None,
        wording: None,
        opens_at: None,
        valid_days: None,
        deactivates_at: None,
        groups: vec![],
        sessions: vec![],
        channel: Channel::Mail,
    }
}

/// The code of the refusal, or `ok`.
pub fn outcome<C: Command>(command: &C, facts: &Facts) -> &'static str {
    command.decide(facts).err().map_or("ok", |refusal| refusal.code())
}

/// The facts after a command that must not be refused.
#[track_caller]
pub fn after<R>(decision: Result<Decision<R>, Refusal>) -> Facts {
    match decision {
        Ok(decision) => decision.after,
        Err(refusal) => panic!("refused: {refusal}"),
    }
}

/// The secret of person 1's authenticator app.
pub fn totp_secret() -> TotpSecret {
    TotpSecret::new([9; 32])
}

/// The recovery codes of person 1.
pub fn codes() -> Vec<CodeHash> {
    (0..10).map(|number| CodeHash::of(user(1), &format!("recovery {number}"))).collect()
}

/// Person 1 has an authenticator app and recovery codes.
pub fn with_totp(mut facts: Facts) -> Facts {
    let totp = Totp { sealed: "sealed".to_owned(), confirmed_at: None, last_step: 0 };
    facts.apply(&Event::TotpBegun { user: user(1), totp });
    facts.apply(&Event::TotpConfirmed { user: user(1), step: 1 });
    facts.apply(&Event::RecoveryCodesMade { user: user(1), codes: codes() });
    facts
}

/// The code that person 1's app shows now.
pub fn code_of(facts: &Facts) -> Proof {
    let step = u64::try_from(facts.now.unix_timestamp()).unwrap() / crate::totp::STEP_SECONDS;
    let secret = totp_secret();
    Proof::Totp { code: secret.code(step), sealed: "sealed".to_owned(), secret }
}

/// A passkey of person 1.
pub fn passkey(number: u128) -> Passkey {
    Passkey {
        id: PasskeyId(Uuid::from_u128(0x5_0000 + number)),
        name: format!("Key {number}"),
        credential_id: format!("credential {number}"),
        credential: "{}".to_owned(),
        created_at: NOW,
        used_at: None,
        challenged_at: NOW,
    }
}

/// What is answered to whoever looks at a member: the code of the refusal, or `ok`.
pub fn member_view_code(facts: &Facts, actor: Actor, number: u128) -> &'static str {
    crate::view::member_view(facts, actor, member(number)).err().map_or("ok", |refusal| refusal.code())
}

/// Adds a record of the type `report`.
pub fn resource(mut facts: Facts, id: &str, restricted: bool) -> Facts {
    let name = ResourceName::parse("report", id).unwrap();
    facts.apply(&Event::ResourceRegistered { resource: Resource { name, restricted, created_at: NOW, version: 1 } });
    facts
}

/// Shares a record of the type `report` with a member.
pub fn shared(facts: Facts, id: &str, number: u128, level: Level) -> Facts {
    held(facts, id, Holder::Member(member(number)), level)
}

/// Shares a record of the type `report` with a group.
pub fn shared_with_group(facts: Facts, id: &str, number: u128, level: Level) -> Facts {
    held(facts, id, Holder::Group(group(number)), level)
}

fn held(mut facts: Facts, id: &str, holder: Holder, level: Level) -> Facts {
    let resource = ResourceName::parse("report", id).unwrap();
    facts.apply(&Event::ResourceShared { resource, holder, level });
    facts
}
