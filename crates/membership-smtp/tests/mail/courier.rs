//! What the courier does with what is due, whatever the mail server, the store and the messages do.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use membership_core::facts::Facts;
use membership_core::id::MemberId;
use membership_core::invitation::InvitationState;
use membership_core::language::Language;
use membership_core::member::{Member, MemberStatus};
use membership_core::message::{Content, Message, MessageScope, Recipient, Recovery};
use membership_core::name::{OrganizationName, PersonName};
use membership_core::organization::{ChainEnd, Head, Organization, OrganizationState, Seats};
use membership_core::port::*;
use membership_core::preset::Preset;
use membership_core::profile::MemberProfile;
use membership_core::role::RoleKey;
use membership_core::subscription::Subscription;
use membership_core::wording::{TemplateKey, TemplateKind, Wording};
use membership_smtp::{Courier, DevelopmentMailer, Round};
use time::Duration;
use uuid::Uuid;

use crate::world::*;

mockall::mock! {
    pub Mailer {}
    #[async_trait]
    impl Mailer for Mailer {
        async fn send(&self, letter: &Letter) -> Result<(), MailError>;
    }
}

mockall::mock! {
    pub Outbox {}
    #[async_trait]
    impl Outbox for Outbox {
        async fn due(&self, limit: u32) -> Result<Vec<MessageRef>, StoreError>;
        async fn claim(&self, message: MessageRef, lease: Duration) -> Result<Option<Claimed>, StoreError>;
        async fn settle(&self, message: MessageRef, attempt: &Attempt) -> Result<(), StoreError>;
    }
}

/// Takes every letter and remembers to whom it went.
#[derive(Clone, Default)]
struct Taken(Arc<Mutex<Vec<(String, String)>>>);

impl Taken {
    fn addresses(&self) -> Vec<String> {
        let mut addresses: Vec<_> = self.0.lock().unwrap().iter().map(|(address, _)| address.clone()).collect();
        addresses.sort();
        addresses
    }

    fn subjects(&self) -> Vec<String> {
        self.0.lock().unwrap().iter().map(|(_, subject)| subject.clone()).collect()
    }
}

#[async_trait]
impl Mailer for Taken {
    async fn send(&self, letter: &Letter) -> Result<(), MailError> {
        self.0.lock().unwrap().push((letter.to.to_string(), letter.subject.clone()));
        Ok(())
    }
}

#[tokio::test]
async fn i7_nothing_goes_out_after_its_cause_has_gone() {
    let world = World::new();
    let outbox = Arc::clone(&world.outbox);
    let states = [InvitationState::Revoked, InvitationState::Declined, InvitationState::Accepted];
    for (id, state) in (1..).zip(states) {
        let (mail, mut invitation) = invited(id);
        invitation.state = state;
        outbox.put_invited((mail, invitation));
    }
    let (mail, mut resent) = invited(4);
    resent.generation = 2;
    outbox.put_invited((mail, resent));
    let (mail, mut lapsed) = invited(5);
    lapsed.expires_at = NOW;
    outbox.put_invited((mail, lapsed));
    outbox.put(invited(6).0);
    let verification = contents("o", "p", "w").into_iter().find(|it| it.kind() == "address_verification").unwrap();
    let Content::AddressVerification { sign_up, name, .. } = verification else { unreachable!() };
    outbox.put(message(7, Content::AddressVerification { sign_up, name, expires_at: NOW }));
    let taken = Taken::default();
    let round = world.courier(taken.clone()).run_once().await.unwrap();
    assert_eq!(round, Round { cancelled: 7, ..Round::default() });
    assert!(taken.addresses().is_empty());
    assert!((1..=7).all(|id| outbox.history(id) == [Attempt::Cancelled]));
}

#[tokio::test]
async fn a_scheduled_invitation_whose_mail_is_due_goes_out() {
    let world = World::new();
    let (message, mut scheduled) = invited(1);
    scheduled.opens_at = NOW + Duration::hours(1);
    world.outbox.put_invited((message, scheduled));
    assert_eq!(world.courier(Taken::default()).run_once().await.unwrap().sent, 1);
}

#[tokio::test]
async fn f09_a_poison_message_stops_no_other() {
    let world = World::new();
    let outbox = Arc::clone(&world.outbox);
    outbox.put(Message { scope: MessageScope::User(membership_core::id::UserId(Uuid::nil())), ..seat(1) });
    (2..=12).for_each(|id| outbox.put(seat(id)));
    struct Stumbling;
    #[async_trait]
    impl Mailer for Stumbling {
        async fn send(&self, letter: &Letter) -> Result<(), MailError> {
            assert!(letter.id.0.as_u128() != 7, "the program stumbles on this one");
            Ok(())
        }
    }
    let round = world.courier(Stumbling).run_once().await.unwrap();
    assert_eq!(round, Round { sent: 10, failed: 2, ..Round::default() });
    let [Attempt::Failed { reason }] = &outbox.history(1)[..] else { unreachable!() };
    assert_eq!(reason, "the message does not belong to an organization");
    let [Attempt::Failed { reason }] = &outbox.history(7)[..] else { unreachable!() };
    assert_eq!(reason, "an error in the program");
}

#[tokio::test]
async fn a_letter_deferred_too_often_is_given_up() {
    let mut world = World::new();
    world.options.most_attempts = 3;
    let (outbox, clock) = (Arc::clone(&world.outbox), Arc::clone(&world.clock));
    outbox.put(seat(1));
    let mut mailer = MockMailer::new();
    let said = "451 see https://members.example/i/mli_abc";
    mailer.expect_send().times(3).returning(|_| Err(MailError::Later(said.to_owned())));
    let courier = world.courier(mailer);
    for _ in 0..5 {
        courier.run_once().await.unwrap();
        clock.advance(Duration::hours(1));
    }
    let history = outbox.history(1);
    let [Attempt::Deferred { .. }, Attempt::Deferred { .. }, Attempt::Failed { reason }] = &history[..] else {
        unreachable!("{history:?}")
    };
    assert_eq!(reason, "451 see https://members.example/i/mli_…", "no usable link is stored");
}

#[tokio::test]
async fn a_mailer_that_never_answers_is_left_at_the_deadline() {
    let mut world = World::new();
    world.options.deadline = std::time::Duration::from_millis(20);
    let outbox = Arc::clone(&world.outbox);
    (1..=6).for_each(|id| outbox.put(seat(id)));
    struct Silent;
    #[async_trait]
    impl Mailer for Silent {
        async fn send(&self, _: &Letter) -> Result<(), MailError> {
            std::future::pending().await
        }
    }
    let round = world.courier(Silent).run_once().await.unwrap();
    assert_eq!(round, Round { deferred: 6, ..Round::default() });
}

#[tokio::test]
async fn f07_a_claim_outlives_the_deadline_and_is_made_by_one_courier() {
    let world = World::new();
    let deadline = Duration::try_from(world.options.deadline).unwrap();
    let mut outbox = MockOutbox::new();
    let due = MessageRef { scope: MessageScope::Organization(ORGANIZATION), id: seat(1).id };
    outbox.expect_due().returning(move |_| Ok(vec![due]));
    outbox.expect_claim().withf(move |_, lease| deadline < *lease).times(1).returning(|_, _| Ok(None));
    let round = world.courier_on(Arc::new(outbox), MockMailer::new()).run_once().await.unwrap();
    assert_eq!(round, Round::default());
}

#[tokio::test]
async fn a_store_error_on_one_message_stops_no_other() {
    let world = World::new();
    let mut outbox = MockOutbox::new();
    let messages: Vec<_> = (1..=4).map(seat).collect();
    let refs: Vec<_> = messages.iter().map(|it| MessageRef { scope: it.scope, id: it.id }).collect();
    outbox.expect_due().returning(move |_| Ok(refs.clone()));
    outbox.expect_claim().returning(move |wanted, _| match wanted.id.0.as_u128() {
        1 => Err(StoreError::Busy("no connection".to_owned())),
        _ => {
            let message = messages.iter().find(|it| it.id == wanted.id).unwrap().clone();
            Ok(Some(Claimed { message, attempts: 1, invitation: None }))
        }
    });
    let settled = AtomicU32::new(0);
    outbox.expect_settle().returning(move |message, attempt| {
        assert_eq!(*attempt, Attempt::Sent);
        match message.id.0.as_u128() {
            2 => Err(StoreError::Corrupt("no such row".to_owned())),
            3 if settled.fetch_add(1, Ordering::SeqCst) == 0 => Err(StoreError::Conflict),
            _ => Ok(()),
        }
    });
    let round = world.courier_on(Arc::new(outbox), Taken::default()).run_once().await.unwrap();
    assert_eq!(round, Round { sent: 2, store_errors: 2, ..Round::default() });
}

fn head(state: OrganizationState) -> Head {
    let organization = Organization {
        id: ORGANIZATION,
        name: OrganizationName::parse("Analytical Engines").unwrap(),
        state,
        owner: Some(MemberId(Uuid::from_u128(1))),
        policy: Preset::named("member_portal").unwrap().policy().unwrap(),
        language: Default::default(),
        branding: membership_core::branding::Branding::default(),
        created_at: NOW,
        version: 1,
    };
    Head {
        organization,
        seats: Seats::default(),
        subscription: Subscription::default(),
        audit: ChainEnd::default(),
        revision: 1,
    }
}

fn member(id: u128, email: Option<&str>) -> Member {
    Member {
        id: MemberId(Uuid::from_u128(id)),
        user: None,
        name: PersonName::parse("Ada").unwrap(),
        email: email.map(address),
        role: RoleKey::parse("administrator").unwrap(),
        status: MemberStatus::Active,
        seat: false,
        waits_since: None,
        joined_at: NOW,
        raised_at: None,
        deactivates_at: None,
        profile: MemberProfile::default(),
        set_up: None,
        rounds: membership_core::roster::Rounds::default(),
        login_since: None,
        version: 1,
    }
}

fn french(member: Member) -> Member {
    Member { profile: MemberProfile { language: Some(Language::French), ..member.profile }, ..member }
}

/// A courier with one message to the administrators of an organization in this state.
fn to_administrators(state: OrganizationState, taken: &Taken) -> (Courier, Arc<MemoryOutbox>) {
    let mut world = World::new();
    let outbox = Arc::clone(&world.outbox);
    let accepted = Content::InvitationAccepted {
        organization: "Analytical Engines".to_owned(),
        member: "Grace".to_owned(),
        awaits_seat: true,
    };
    outbox.put(Message { to: Recipient::Administrators, ..message(1, accepted) });
    world.store.expect_read().returning(move |scope| {
        assert_eq!(scope.organization, Some(ORGANIZATION));
        Ok(Facts { head: Some(head(state)), ..Facts::nothing(NOW) })
    });
    world.directory.expect_holders().returning(|_, roles, after| {
        let roles: Vec<_> = roles.iter().map(RoleKey::as_str).collect();
        assert_eq!(roles, ["administrator", "security_administrator"]);
        Ok(match after.map(|id| id.0.as_u128()) {
            None => vec![member(1, Some("owner@example.org")), french(member(2, Some("admin@example.org")))],
            Some(2) => vec![member(3, None), member(4, Some("owner@example.org")), member(5, Some("x@example.org"))],
            _ => vec![],
        })
    });
    (world.courier(taken.clone()), outbox)
}

#[tokio::test]
async fn s0_11_every_administrator_gets_a_message_of_their_own() {
    let taken = Taken::default();
    let (courier, outbox) = to_administrators(OrganizationState::Live, &taken);
    let round = courier.run_once().await.unwrap();
    assert_eq!(round, Round { expanded: 1, sent: 3, ..Round::default() });
    assert_eq!(taken.addresses(), ["admin@example.org", "owner@example.org", "x@example.org"]);
    let admin = Recipient::Address(address("admin@example.org"));
    let in_french = |it: &Message| it.language == Language::French && it.to == admin;
    let messages = outbox.messages();
    assert_eq!(messages.iter().filter(|it| in_french(it)).count(), 1, "their own language, where it is known");
    assert!(messages.iter().all(|it| in_french(it) || it.language == Language::English));
    let again = Taken::default();
    let (courier, repeated) = to_administrators(OrganizationState::Live, &again);
    courier.run_once().await.unwrap();
    assert_eq!(repeated.messages(), outbox.messages(), "a repeat makes the same messages and no others");
}

#[tokio::test]
async fn nobody_is_told_of_an_organization_that_was_deleted() {
    let taken = Taken::default();
    let (courier, outbox) = to_administrators(OrganizationState::Deleted, &taken);
    assert_eq!(courier.run_once().await.unwrap(), Round { cancelled: 1, ..Round::default() });
    assert_eq!(outbox.history(1), [Attempt::Cancelled]);
}

#[tokio::test]
async fn the_bell_wakes_the_courier_and_a_shutdown_lets_it_finish() {
    let mut world = World::new();
    world.options.interval = std::time::Duration::from_secs(3_600);
    let outbox = Arc::clone(&world.outbox);
    let (sent, mut letters) = tokio::sync::mpsc::unbounded_channel();
    let mut mailer = MockMailer::new();
    mailer.expect_send().returning(move |letter| {
        sent.send(letter.id).unwrap();
        Ok(())
    });
    let courier = Arc::new(world.courier(mailer));
    let bell = courier.bell();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn({
        let courier = Arc::clone(&courier);
        async move { courier.run(async { stopped.await.unwrap_or_default() }).await }
    });
    for id in 1..=3 {
        outbox.put(seat(id));
        bell.ring();
        assert_eq!(letters.recv().await, Some(seat(id).id));
    }
    stop.send(()).unwrap();
    running.await.unwrap();
    assert_eq!(outbox.history(3), [Attempt::Sent]);
}

mockall::mock! {
    pub Mailbox {}
    #[async_trait]
    impl Mailbox for Mailbox {
        async fn keep(&self, mail: &KeptMail) -> Result<(), StoreError>;
        async fn kept(&self) -> Result<Vec<KeptMail>, StoreError>;
    }
}

#[tokio::test]
async fn the_development_mailbox_keeps_the_whole_letter() {
    let mut mailbox = MockMailbox::new();
    mailbox.expect_keep().times(1).returning(|mail| {
        assert_eq!((mail.to.as_str(), mail.id), ("ada.lovelace@example.org", invited(1).0.id));
        assert!(mail.text.contains("/i/mli_") && mail.html.contains("/i/mli_") && !mail.subject.is_empty());
        Ok(())
    });
    mailbox.expect_keep().returning(|_| Err(StoreError::Busy("no room".to_owned())));
    let mailer = DevelopmentMailer::new(Arc::new(mailbox));
    let letter = renderer().render(&invited(1).0).unwrap();
    mailer.send(&letter).await.unwrap();
    assert!(matches!(mailer.send(&letter).await, Err(MailError::Later(_))));
}

fn asked(id: u128) -> Message {
    let (login, means) = ("ada@example.org".to_owned(), Recovery::PasswordReset);
    Message {
        to: Recipient::AccountHolder,
        scope: MessageScope::SignUp(membership_core::id::SignUpId(Uuid::from_u128(id))),
        ..message(id, Content::RecoveryRequested { login, means })
    }
}

#[tokio::test]
async fn i13_a_request_for_recovery_is_followed_up_and_is_no_mail_itself() {
    let mut world = World::new();
    let outbox = Arc::clone(&world.outbox);
    outbox.put(asked(1));
    let is_asked = |login: &str, means: &Recovery| (login, *means) == ("ada@example.org", Recovery::PasswordReset);
    world.follow_up.expect_follow_up().withf(is_asked).times(1).returning(|_, _| Ok(()));
    let taken = Taken::default();
    world.courier(taken.clone()).run_once().await.unwrap();
    assert!(taken.addresses().is_empty());
    assert_eq!(outbox.history(1), [Attempt::Expanded(Vec::new())]);
}

#[tokio::test]
async fn a_request_that_cannot_be_followed_up_now_is_left_to_a_later_claim() {
    let mut world = World::new();
    let outbox = Arc::clone(&world.outbox);
    outbox.put(asked(1));
    world.follow_up.expect_follow_up().returning(|_, _| Err(StoreError::Conflict));
    world.courier(Taken::default()).run_once().await.unwrap();
    assert!(outbox.history(1).is_empty());
}

#[tokio::test]
async fn a_request_of_an_hour_ago_is_forgotten() {
    let world = World::new();
    let outbox = Arc::clone(&world.outbox);
    outbox.put(asked(1));
    world.clock.advance(Duration::HOUR);
    world.courier(Taken::default()).run_once().await.unwrap();
    assert_eq!(outbox.history(1), [Attempt::Cancelled]);
}

/// A message that was written with a text of its organization, and the courier that finds these texts.
fn worded(kept: Vec<Wording>, named: &Wording, taken: &Taken) -> (Courier, Arc<MemoryOutbox>) {
    let mut world = World::new();
    let outbox = Arc::clone(&world.outbox);
    let mut message = seat(1);
    let template = TemplateKey { kind: TemplateKind::SeatAllocated, language: message.language };
    message.branding.wordings.choose(template, Some(named.id));
    outbox.put(message);
    world.store.expect_read().returning(move |_| {
        let mut facts = Facts::nothing(NOW);
        facts.wordings.clone_from(&kept);
        Ok(facts)
    });
    (world.courier(taken.clone()), outbox)
}

#[tokio::test]
async fn f09_a_text_that_cannot_be_used_does_not_cost_the_mail() {
    let good = Wording::of("Your seat".to_owned(), "Enjoy, {{ member }}".to_owned());
    // As an older version may have left it, or nothing at all.
    let broken = Wording::of("Your seat".to_owned(), "Enjoy, {{ nobody }} {% for x in y %}".to_owned());
    for (kept, named, subject) in [
        (vec![good.clone()], &good, "Your seat"),
        (vec![broken.clone()], &broken, "You now have full access to Analytical Engines"),
        (vec![], &good, "You now have full access to Analytical Engines"),
    ] {
        let taken = Taken::default();
        let (courier, outbox) = worded(kept, named, &taken);
        assert_eq!(courier.run_once().await.unwrap().sent, 1);
        assert_eq!(outbox.history(1), [Attempt::Sent]);
        assert_eq!(taken.subjects(), [subject]);
    }
}
