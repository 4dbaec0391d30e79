//! What is stored is read back as it was: every field, at its extremes.

use std::collections::BTreeSet;

use membership_core::branding::{Accent, Branding, LogoUrl, SenderName};
use membership_core::changes::Changes;
use membership_core::command::FoundFor;
use membership_core::draft::{Actor, Draft};
use membership_core::event::Event;
use membership_core::facts::{Facts, Receipt, ReceiptKey, Scope};
use membership_core::id::{InvitationId, MemberId, MessageId, OrganizationId, SignInId, SignUpId};
use membership_core::identity::{Identity, LONGEST_PART, Subject};
use membership_core::input::LONGEST_MESSAGE;
use membership_core::invitation::{Channel, Delivery, Invitation, InvitationState, Inviter};
use membership_core::language::Language;
use membership_core::member::{Member, MemberStatus};
use membership_core::message::{Content, Message, MessageScope, Recipient};
use membership_core::name::{Names, OrganizationName, PersonName, PlanName};
use membership_core::organization::{Organization, OrganizationState, Seats};
use membership_core::policy::{NameForm, OrganizationPolicy, SeatPolicy, WhenFull};
use membership_core::port::{MessageRef, Random};
use membership_core::profile::{AdditionalInformation, Labels, MemberNumber, MemberProfile};
use membership_core::role::{GrantCeiling, Permission, Role, RoleScheme};
use membership_core::roster::Rounds;
use membership_core::secret::TokenHash;
use membership_core::set_up::{InitialPassword, SetUpCode, SetUpLink};
use membership_core::subscription::{Subscription, Terms};
use membership_core::typed_code::CodeLocator;
use membership_core::user::{PasswordHash, SignIn, SignUp, User, UserEmail};
use membership_core::wording::{TemplateKey, Wording, Wordings};
use time::macros::datetime;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::rows::{invitation, member, record, verified_user};
use crate::fixture::{address, email, identity, name, organization_name, policy, role, user_id, username};
use crate::world::World;

/// Instants with all of their microseconds, and the last one that a date can name.
const INSTANTS: [OffsetDateTime; 4] = [
    datetime!(1970-01-01 00:00:00.000001 UTC),
    datetime!(2026-03-01 11:59:59.999999 UTC),
    datetime!(2038-01-19 03:14:08.000001 UTC),
    datetime!(9999-12-31 23:59:59.999999 UTC),
];

fn instant(number: usize) -> OffsetDateTime {
    INSTANTS[number % INSTANTS.len()]
}

fn plan(text: &str) -> PlanName {
    PlanName::parse(text).expect("a plan's name")
}

fn longest_name() -> PersonName {
    name(&"😀".repeat(PersonName::LONGEST))
}

/// The longest address there can be, with a local part beyond ASCII.
fn longest_address() -> membership_core::email::EmailAddress {
    let domain = ["a".repeat(63), "b".repeat(63), "c".repeat(45), "example".to_owned()].join(".");
    email(&format!("{}@{domain}", "ü'+%".repeat(12)))
}

/// The longest issuer and subject there can be, of characters that are compared byte by byte.
fn longest_subject() -> Subject {
    let issuer = format!("https://{}", "ü".repeat((LONGEST_PART - 8) / 2));
    Subject::parse(&issuer, &"É\"'\\{}".repeat(LONGEST_PART / 7)).expect("a subject")
}

fn extreme_policy() -> OrganizationPolicy {
    let every: BTreeSet<_> =
        (0..50).map(|number| Permission::parse(&format!("host:{number}_x-y")).expect("a permission")).collect();
    let roles: Vec<_> = (0..RoleScheme::MOST_ROLES)
        .map(|number| Role { key: role(&format!("role_{number}")), permissions: every.clone() })
        .collect();
    let mut extreme = policy("learning_platform");
    extreme.role_scheme = RoleScheme::new(roles, role("role_7"), GrantCeiling::UpToOwn).expect("a scheme");
    extreme.seat_policy = SeatPolicy::ByHand;
    extreme.sign_up_policy.name = NameForm::FirstAndLast;
    extreme
}

fn extreme_branding() -> Branding {
    let mut wordings = Wordings::default();
    for (number, template) in TemplateKey::all().enumerate() {
        let own = Wording::of(number.to_string(), "É".repeat(Wording::LONGEST_TEXT));
        wordings.choose(template, Some(own.id).filter(|_| number % 3 != 0));
    }
    Branding {
        logo_url: LogoUrl::parse(&format!("https://example.org/{}?a=b", "x".repeat(450).replace("xx", "%2"))).ok(),
        accent: Accent::parse("#0b5cad").ok(),
        sender_name: SenderName::parse(&"É".repeat(SenderName::LONGEST)).ok(),
        reply_to: Some(longest_address()),
        wordings,
    }
}

/// Every state, language and preset, names and policies at their longest, limits at their ends.
pub async fn an_organization_survives_being_stored(world: World) {
    let longest = organization_name(&"Ü".repeat(OrganizationName::LONGEST));
    let policies = ["team", "group_subscription", "learning_platform", "account", "member_portal"].map(policy);
    let names = [longest, organization_name("O'Neil & \"Söhne\" \\ 100%"), organization_name("a")];
    for (number, policy) in policies.into_iter().chain([extreme_policy()]).enumerate() {
        for (index, state) in OrganizationState::ALL.into_iter().enumerate() {
            let owner = member(&world, 1);
            let organization = Organization {
                id: OrganizationId(world.random.id()),
                name: names[index].clone(),
                state,
                owner: (state == OrganizationState::Live).then_some(owner.id),
                policy: policy.clone(),
                language: Language::ALL[number % 2],
                branding: if number % 2 == 0 { Branding::default() } else { extreme_branding() },
                created_at: instant(number),
                version: 1 << 40,
            };
            let limit = [None, Some(0), Some(Seats::LARGEST_LIMIT)][index];
            let scope = Scope::of(organization.id);
            let founded = Event::OrganizationFounded { organization: organization.clone(), seat_limit: limit };
            let subscription = [None, Some(0), Some(Subscription::MOST_GRACE_DAYS)][index].map(|grace_days| {
                let plan = [None, Some(plan(&"Ü".repeat(PlanName::LONGEST)))][index % 2].clone();
                let (expires_at, announces_at) = (Some(instant(number)), Some(instant(index)));
                Subscription { plan, expires_at, grace_days, announces_at }
            });
            let version = organization.version + u64::from(subscription.is_some());
            let mut events = vec![founded];
            events.extend(
                subscription.map(|subscription| Event::SubscriptionSet { organization: organization.id, subscription }),
            );
            events.extend(organization.owner.map(|_| Event::MemberJoined { member: owner }));
            let expected = recorded(&world, &scope, events).await;
            let facts = world.stores.store.read(&scope).await.expect("facts");
            assert_eq!(facts.head, expected.head);
            assert_eq!(facts.head.expect("a head").organization, Organization { version, ..organization });
        }
    }
}

/// Commits events and says what must be stored then.
async fn recorded(world: &World, scope: &Scope, events: Vec<Event>) -> Facts {
    let session = world.stores.store.open(scope).await.expect("a session");
    let mut draft = Draft::new(session.facts(), Actor::System);
    events.into_iter().for_each(|event| draft.record(event));
    let decision = draft.reply(());
    let changes = Changes::of(session.facts(), &decision, None, None);
    let mut after = decision.after;
    after.head = changes.head.as_ref().map(|saved| saved.row.clone()).or(after.head);
    session.commit(changes).await.expect("the commit holds");
    after
}

/// With and without user, address, seat and date, in every status, at every extreme.
pub async fn members_survive_being_stored(world: World) {
    let team = world.found("team", 1).await;
    let mut rows = Vec::new();
    for (number, status) in (100..).zip([MemberStatus::ALL, MemberStatus::ALL].concat()) {
        let index = rows.len();
        let mut it = Member { status, joined_at: instant(index), version: 1 << 40, ..member(&world, number) };
        it.deactivates_at = (index % 2 == 0).then(|| instant(index + 1));
        it.seat = index % 2 == 1;
        it.waits_since = (index == 2).then(|| instant(index));
        it.user = it.user.filter(|_| index % 3 != 0);
        it.rounds = Rounds {
            numbers: (1..u32::try_from(index).unwrap_or(0)).collect(),
            last_at: (index % 2 == 0).then(|| instant(index)),
        };
        it.set_up = (index % 2 == 1).then(|| SetUpLink {
            delivery: Delivery::Queued,
            generation: if index == 1 { i32::MAX.unsigned_abs() } else { 1 },
            channel: if index % 4 == 1 { Channel::Mail } else { Channel::Hand },
            issued_at: instant(index),
            expires_at: instant(index + 1),
            used_at: (index % 3 == 0).then(|| instant(index + 2)),
            code: (index % 4 == 3).then(|| SetUpCode {
                locator: CodeLocator((1 << 25) - 1),
                expires_at: instant(index + 3),
                misses: u32::try_from(index).unwrap_or(0),
            }),
        });
        it.profile = if index == 2 { full_profile() } else { MemberProfile::default() };
        match index {
            0 => it.email = None,
            1 => (it.name, it.email) = (longest_name(), Some(longest_address())),
            2 => it.name = name("a"),
            _ => {}
        }
        rows.push(it);
    }
    let events = rows.iter().map(|it| Event::MemberJoined { member: it.clone() }).collect();
    record(&world.stores, &Scope::of(team.id), events).await.expect("members");
    let scope = Scope { members: rows.iter().map(|it| it.id).collect(), ..Scope::of(team.id) };
    let facts = world.stores.store.read(&scope).await.expect("facts");
    for row in &rows {
        assert_eq!(facts.member(row.id), Ok(row));
    }
}

/// Every field set, with texts at their longest.
fn full_profile() -> MemberProfile {
    let text = |longest: usize| "Ünïcode \" \\ % _ 😀 ".repeat(longest).chars().take(longest).collect::<String>();
    let label = |number: usize| format!("{number} {}", text(Labels::LONGEST)).chars().take(Labels::LONGEST).collect();
    let labels: Vec<String> = (10..10 + Labels::MOST).map(label).collect();
    let noted = format!("a\nb{}", text(AdditionalInformation::LONGEST - 4)) + "c";
    MemberProfile {
        names: Names { first: Some(longest_name()), last: Some(name("O'Neill")) },
        language: Some(Language::French),
        labels: Labels::parse(labels).expect("the labels are valid"),
        number: Some(MemberNumber::parse(text(MemberNumber::LONGEST).trim()).expect("the number is valid")),
        additional_information: Some(AdditionalInformation::parse(&noted).expect("the information is valid")),
    }
}

/// Every state, channel, delivery and inviter, with texts at their longest.
pub async fn invitations_survive_being_stored(world: World) {
    let team = world.found("team", 1).await;
    let words = "Zeile 1\n\"Zeile\" 2 😀 \\ ' % _\n".repeat(40).chars().take(LONGEST_MESSAGE).collect::<String>();
    let states = InvitationState::ALL.into_iter().filter(|state| *state != InvitationState::Scheduled);
    let mut rows = Vec::new();
    for (number, state) in (100..).zip(states.cycle().take(12)) {
        let index = rows.len();
        rows.push(Invitation {
            state,
            email: if index == 0 { longest_address() } else { address(number) },
            for_owner: index % 5 == 0,
            generation: if index == 1 { i32::MAX.unsigned_abs() } else { 1 },
            sends: if index == 1 { i32::MAX.unsigned_abs() } else { 0 },
            channel: if index % 2 == 0 { Channel::Mail } else { Channel::Hand },
            reserves_seat: state == InvitationState::Pending && index % 2 == 0,
            invited_by: if index % 2 == 0 { Inviter::Operator } else { Inviter::Member(MemberId(world.random.id())) },
            language: Language::ALL[index % 2],
            message: (index % 3 == 0).then(|| words.clone()),
            deactivates_at: (index % 2 == 0).then(|| instant(index)),
            created_at: instant(index),
            opens_at: instant(index + 1),
            expires_at: instant(index + 2),
            settled_at: (state != InvitationState::Pending).then(|| instant(index + 3)),
            member: (state == InvitationState::Accepted).then(|| MemberId(world.random.id())),
            delivery: Delivery::ALL[index % 6],
            version: 1 << 40,
            ..invitation(&world, number)
        });
    }
    let events = rows.iter().map(|it| Event::InvitationCreated { invitation: it.clone() }).collect();
    record(&world.stores, &Scope::of(team.id), events).await.expect("invitations");
    let scope = Scope { invitations: rows.iter().map(|it| it.id).collect(), ..Scope::of(team.id) };
    let facts = world.stores.store.read(&scope).await.expect("facts");
    for row in &rows {
        assert_eq!(facts.invitation(row.id), Ok(row));
    }
}

/// With and without username, password and addresses; the order of the addresses is kept.
pub async fn users_survive_being_stored(world: World) {
    let unverified = |address| UserEmail { address, verified_at: None };
    let verified = |address, at| UserEmail { address, verified_at: Some(at) };
    let full = User {
        name: longest_name(),
        names: Names { first: Some(name("Ada")), last: Some(longest_name()) },
        initial_password: Some(InitialPassword { expires_at: instant(4), used_at: Some(instant(3)) }),
        home: Some(OrganizationId(world.random.id())),
        username: Some(username(&format!("a{}", "9._-".repeat(9)))),
        emails: vec![
            unverified(address(900)),
            verified(longest_address(), instant(1)),
            unverified(address(901)),
            verified(address(100), instant(3)),
        ],
        password: Some(PasswordHash::new(format!("$argon2id$v=19$m=65536,t=3,p=4${}", "a/+=".repeat(60)))),
        password_due: true,
        password_generation: u32::MAX,
        identities: vec![
            Identity { email: Some(longest_address()), linked_at: instant(2), ..identity(1) },
            Identity { subject: longest_subject(), ..identity(0) },
        ],
        language: Language::French,
        operator: true,
        created_at: instant(0),
        version: 1 << 40,
        ..verified_user(&world, 100)
    };
    let bare = User { emails: Vec::new(), ..verified_user(&world, 101) };
    let rows = [full, bare, verified_user(&world, 102)];
    let events = rows.iter().map(|it| Event::UserRegistered { user: it.clone() }).collect();
    record(&world.stores, &Scope::default(), events).await.expect("users");
    let by_id = Scope { users: rows.iter().map(|it| it.id).collect(), ..Scope::default() };
    let by_address = Scope { users_at: vec![longest_address()], ..Scope::default() };
    let by_name = Scope { usernames: vec![rows[0].username.clone().expect("a name")], ..Scope::default() };
    let by_identity = Scope { identities: vec![longest_subject().id(), identity(9).id()], ..Scope::default() };
    for (scope, found) in [(by_id, 3), (by_address, 1), (by_name, 1), (by_identity, 1)] {
        let users = world.stores.store.read(&scope).await.expect("facts").users;
        assert_eq!(users.len(), found);
        for stored in users {
            let row = rows.iter().find(|it| it.id == stored.id).expect("a user of this test");
            assert_eq!(stored.audit.sequence, 1);
            assert_eq!(User { audit: row.audit, ..stored }, *row);
        }
    }
}

/// Sign-ins and sign-ups, all of them.
pub async fn sign_ins_and_sign_ups_survive_being_stored(world: World) {
    let user = verified_user(&world, 1);
    let sign_in = SignIn {
        id: SignInId(world.random.id()),
        user: user.id,
        token: TokenHash([255; 32]),
        created_at: instant(1),
        expires_at: instant(3),
        last_seen_at: instant(2),
        description: Some("Ünï on 😀".to_owned()),
        password_generation: u32::MAX,
        assurance: membership_core::second_factor::Assurance::OneFactor,
        proven_at: instant(1),
    };
    let sign_up = SignUp {
        id: SignUpId(world.random.id()),
        email: longest_address(),
        name: longest_name(),
        password: PasswordHash::new("x".repeat(500)),
        language: Language::French,
        created_at: instant(0),
        expires_at: instant(3),
    };
    let events = vec![
        Event::UserRegistered { user: user.clone() },
        Event::SignedIn { sign_in: sign_in.clone() },
        Event::SignUpRequested { sign_up: sign_up.clone() },
    ];
    record(&world.stores, &Scope::default(), events).await.expect("rows");
    let scope = Scope { sign_in: Some((user.id, sign_in.token)), sign_up: Some(sign_up.id), ..Scope::default() };
    let facts = world.stores.store.read(&scope).await.expect("facts");
    assert_eq!(
        (facts.sign_ins.as_slice(), facts.sign_ups.as_slice()),
        ([sign_in.clone()].as_slice(), [sign_up].as_slice())
    );
    assert_eq!(facts.users.iter().map(|it| it.id).collect::<Vec<_>>(), [user.id]);
    let other = Scope { sign_in: Some((user_id(2), sign_in.token)), ..Scope::default() };
    assert!(world.stores.store.read(&other).await.expect("facts").sign_ins.is_empty(), "a token is one user's");
    let ended = vec![Event::SignedOut { user: user.id, sign_in: sign_in.id }];
    record(&world.stores, &Scope::default(), ended).await.expect("an end");
    assert!(world.stores.store.read(&scope).await.expect("facts").sign_ins.is_empty());
}

/// Every kind of content, scope and recipient, as a courier claims it.
pub async fn messages_survive_being_stored(world: World) {
    let team = world.found("team", 1).await;
    let text = || "Ünï \"quoted\" \\ 😀 'x'\n%_".to_owned();
    let in_team = MessageScope::Organization(team.id);
    let view = world.invite(team.id, team.owner, 2, "member").await;
    world.drain().await;
    let to_one = || Recipient::Address(longest_address());
    let (sign_up, invitation) = (SignUpId(world.random.id()), view.invitation.id);
    let contents = [
        (
            in_team,
            to_one(),
            Content::Invitation {
                invitation,
                generation: 1,
                organization: text(),
                inviter: Some(text()),
                role: "owner".to_owned(),
                message: Some(text().repeat(40)),
                expires_at: instant(3),
            },
        ),
        (in_team, Recipient::Administrators, accepted(text())),
        (in_team, to_one(), Content::SeatAllocated { organization: text(), member: text() }),
        (in_team, to_one(), Content::OwnershipTransferred { organization: text(), former: None, owner: text() }),
        (MessageScope::User(user_id(1)), to_one(), Content::AccessRemoved { organization: text(), member: text() }),
        (
            MessageScope::SignUp(sign_up),
            to_one(),
            Content::AddressVerification { sign_up, name: text(), expires_at: instant(1) },
        ),
        (MessageScope::SignUp(sign_up), to_one(), Content::AddressInUse { name: text() }),
    ];
    let mut messages = Vec::new();
    for (scope, to, content) in contents {
        let language = Language::ALL[messages.len() % 2];
        let (created_at, due_at) = (world.now() - Duration::microseconds(1), world.now());
        let (id, branding) = (MessageId(world.random.id()), extreme_branding());
        messages.push(Message { id, scope, to, language, content, branding, created_at, due_at });
    }
    let session = world.stores.store.open(&Scope::of(team.id)).await.expect("a session");
    let renamed = Event::OrganizationRenamed { organization: team.id, name: organization_name("Cause") };
    let cause = super::rows::changes(session.facts(), [renamed]);
    session.commit(Changes { messages: messages.clone(), ..cause }).await.expect("messages are stored");
    for message in messages {
        let reference = MessageRef { scope: message.scope, id: message.id };
        let claimed = world.stores.outbox.claim(reference, Duration::MINUTE).await.expect("an answer");
        let claimed = claimed.expect("it is due");
        let about = matches!(message.content, Content::Invitation { .. });
        assert_eq!((claimed.message, claimed.invitation.is_some()), (message, about));
    }
}

fn accepted(text: String) -> Content {
    Content::InvitationAccepted { organization: text.clone(), member: text, awaits_seat: true }
}

/// Receipts with answers of any length and any bytes.
pub async fn receipts_survive_being_stored(world: World) {
    let answers = [Vec::new(), (0..=255).collect(), vec![0; 100_000]];
    for (number, answer) in answers.into_iter().enumerate() {
        let key = ReceiptKey { scope: Uuid::max(), key: TokenHash([u8::try_from(number).expect("a byte"); 32]) };
        let receipt = Receipt { key, fingerprint: [255; 32], answer, expires_at: instant(3) };
        let session = world.stores.store.open(&Scope::default()).await.expect("a session");
        let changes = Changes { receipt: Some(receipt.clone()), ..Changes::default() };
        session.commit(changes).await.expect("a receipt is kept");
        let scope = Scope { receipt: Some(key), ..Scope::default() };
        assert_eq!(world.stores.store.read(&scope).await.expect("facts").receipt, Some(receipt));
    }
}

/// A changed row is written with all of its fields, and a field that is emptied is empty.
pub async fn changed_rows_survive_being_stored(world: World) {
    let team = world.found("team", 1).await;
    let guest = Member { deactivates_at: Some(instant(3)), seat: true, ..member(&world, 2) };
    let offer = Invitation { reserves_seat: true, ..invitation(&world, 3) };
    let events = vec![
        Event::MemberJoined { member: guest.clone() },
        Event::InvitationCreated { invitation: offer.clone() },
        Event::UserRegistered { user: verified_user(&world, 4) },
    ];
    record(&world.stores, &Scope::of(team.id), events).await.expect("rows");
    let scope =
        Scope { members: vec![guest.id], invitations: vec![offer.id], users: vec![user_id(4)], ..Scope::of(team.id) };
    let changes = vec![
        Event::DeactivationDateSet { member: guest.id, at: None },
        Event::MemberRoleChanged { member: guest.id, role: role("admin") },
        Event::MemberSuspended { member: guest.id },
        Event::SeatReleased { member: guest.id },
        Event::SubscriptionSet {
            organization: team.id,
            subscription: Subscription {
                plan: Some(plan("Gold")),
                expires_at: Some(instant(3)),
                grace_days: 9,
                announces_at: Some(instant(2)),
            },
        },
        Event::WhenFullSet { organization: team.id, when_full: WhenFull::Wait },
        Event::InvitationRenewed { invitation: offer.id, channel: Channel::Hand, expires_at: instant(3) },
        Event::OrganizationRenamed { organization: team.id, name: organization_name("Other") },
        Event::SeatLimitSet { organization: team.id, limit: Some(3) },
        Event::OwnershipTransferred { to: guest.id },
        Event::ProfileChanged {
            user: user_id(4),
            name: longest_name(),
            names: Names::default(),
            language: Language::French,
        },
        Event::EmailVerified { user: user_id(4), address: longest_address() },
        Event::IdentityLinked { user: user_id(4), identity: identity(1) },
        Event::IdentityLinked { user: user_id(4), identity: identity(2) },
        Event::IdentityUnlinked { user: user_id(4), identity: identity(1).id() },
        Event::OperatorAppointed { user: user_id(4) },
    ];
    let expected = recorded(&world, &scope, changes).await;
    let facts = world.stores.store.read(&scope).await.expect("facts");
    assert_eq!(facts.head, expected.head);
    assert_eq!(facts.member(guest.id), expected.member(guest.id));
    assert_eq!(facts.invitation(offer.id), expected.invitation(offer.id));
    let user = facts.user(user_id(4)).expect("a user");
    let after = expected.user(user_id(4)).expect("a user");
    assert_eq!(User { audit: after.audit, ..user.clone() }, *after);
    let ended = vec![
        Event::InvitationDeclined { invitation: offer.id },
        Event::SeatLimitSet { organization: team.id, limit: None },
        Event::SubscriptionSet { organization: team.id, subscription: Subscription::default() },
    ];
    let expected = recorded(&world, &scope, ended).await;
    let facts = world.stores.store.read(&scope).await.expect("facts");
    assert_eq!(
        (facts.head.as_ref(), facts.invitation(offer.id)),
        (expected.head.as_ref(), expected.invitation(offer.id))
    );
}

/// A scope reads the head, the owner, what it names in any way, whoever sent the invitations it names, and what has
/// lapsed; each row once.
pub async fn a_scope_reads_what_it_asks_for(world: World) {
    let account = world.found("account", 1).await;
    let inviter = world.join(&account, 2, "administrator").await;
    let guest = world.join(&account, 3, "viewer").await;
    let by_inviter = world.invite(account.id, user_id(2), 4, "viewer").await.invitation;
    let by_owner = world.invite(account.id, account.owner, 5, "viewer").await.invitation;
    let bare = world.stores.store.read(&Scope::of(account.id)).await.expect("facts");
    assert_eq!(bare.members.iter().map(|it| it.id).collect::<Vec<_>>(), [account.owner_member]);
    assert!(bare.invitations.is_empty() && bare.users.is_empty());
    assert!(bare.owner().is_some());
    let scope = Scope { invitations: vec![by_inviter.id], ..Scope::of(account.id) };
    let facts = world.stores.store.read(&scope).await.expect("facts");
    assert!(facts.invitation(by_inviter.id).is_ok() && facts.member(inviter.id).is_ok());
    let many_ways = Scope {
        members: vec![guest.id, guest.id, account.owner_member, MemberId(world.random.id())],
        members_of: vec![user_id(3), user_id(3), user_id(99)],
        members_at: vec![address(3), address(99)],
        invitations: vec![by_owner.id],
        invited_at: vec![address(5), address(4), address(3)],
        lapsed: true,
        ..Scope::of(account.id)
    };
    world.clock.set(by_owner.expires_at);
    let facts = world.stores.store.read(&many_ways).await.expect("facts");
    // More rows than were asked for never change a decision; what was asked for must be there, and once.
    let members: BTreeSet<_> = facts.members.iter().map(|it| it.id).collect();
    assert_eq!(members.len(), facts.members.len(), "each member once");
    assert!(members.is_superset(&BTreeSet::from([account.owner_member, guest.id])));
    let invitations: BTreeSet<_> = facts.invitations.iter().map(|it| it.id).collect();
    assert_eq!(invitations.len(), facts.invitations.len(), "each invitation once");
    assert_eq!(invitations, BTreeSet::from([by_inviter.id, by_owner.id]), "what lapsed is there too");
    let nowhere = world.stores.store.read(&Scope::of(OrganizationId(world.random.id()))).await.expect("facts");
    assert_eq!(Facts { now: nowhere.now, ..Facts::nothing(nowhere.now) }, nowhere);
}

/// A scope reads the invitation to the owner as long as it is written as pending, without knowing its id or address.
pub async fn a_scope_reads_the_invitation_to_the_owner(world: World) {
    let found = FoundFor {
        id: OrganizationId(world.random.id()),
        name: organization_name("Bought"),
        policy: policy("account"),
        language: Language::English,
        terms: Terms::default(),
        owner: address(1),
        invitation: InvitationId(world.random.id()),
        by: Actor::Operator(None),
    };
    world.memberships.execute(&found).await.expect("an organization");
    let scope = Scope { owner_invitation: true, ..Scope::of(found.id) };
    let facts = world.stores.store.read(&scope).await.expect("facts");
    assert_eq!(facts.invitations.iter().map(|it| it.id).collect::<Vec<_>>(), [found.invitation]);
    let bare = world.stores.store.read(&Scope::of(found.id)).await.expect("facts");
    assert!(bare.invitations.is_empty());
    let revoked = vec![Event::InvitationRevoked { invitation: found.invitation }];
    record(&world.stores, &scope, revoked).await.expect("a revocation");
    let facts = world.stores.store.read(&scope).await.expect("facts");
    assert!(facts.invitations.is_empty());
}
