//! Conversations with a mail server that takes, refuses, is slow or goes away.

use std::io::Write;
use std::sync::{Arc, Mutex};

use mail_parser::MessageParser;
use membership_core::branding::SenderName;
use membership_core::email::EmailAddress;
use membership_core::language::Language;
use membership_core::message::Message;
use membership_core::port::{Attempt, Letter, MailError, Mailer};
use secrecy::{ExposeSecret, SecretString};
use time::Duration;

use crate::server::{Fate, MailServer};
use crate::world::*;

fn letter() -> Letter {
    renderer().render(&invited(1).0).unwrap()
}

fn crlf(text: &str) -> String {
    text.replace('\n', "\r\n")
}

#[tokio::test]
async fn a_mail_arrives_as_it_was_rendered_in_both_languages() {
    let server = MailServer::start(&[]).await;
    let mailer = server.mailer();
    for language in Language::ALL {
        let message = Message { language, ..invited(1).0 };
        let letter = renderer().render(&message).unwrap();
        mailer.send(&letter).await.unwrap();
        let received = server.received().pop().unwrap();
        assert_eq!(received.to, "ada.lovelace@example.org");
        assert!(received.bytes.is_ascii());
        let mail = MessageParser::default().parse(&received.bytes).unwrap();
        assert_eq!(mail.subject(), Some(letter.subject.as_str()));
        assert_eq!(mail.body_text(0).unwrap().trim_end(), crlf(letter.text.expose_secret()).trim_end());
        assert_eq!(mail.body_html(0).unwrap().trim_end(), crlf(letter.html.expose_secret()).trim_end());
        assert_eq!(mail.message_id(), Some(format!("{}@members.example", letter.id).as_str()));
        assert_eq!(mail.date().unwrap().to_rfc3339(), "2026-11-28T14:30:05Z");
        let from = mail.from().unwrap().first().unwrap();
        assert_eq!((from.name(), from.address()), (Some("Membership"), Some("no-reply@members.example")));
        assert_eq!(mail.reply_to().unwrap().first().unwrap().address(), Some("help@members.example"));
        assert_eq!(mail.header("Auto-Submitted").unwrap().as_text(), Some("auto-generated"));
    }
    assert_eq!(server.connections(), 1, "the second letter goes over the connection of the first");
}

#[tokio::test]
async fn f03_a_mail_refused_for_now_is_sent_again_with_the_same_bytes() {
    let server = MailServer::start(&[Fate::RecipientRefused(450), Fate::MailRefused(451)]).await;
    let world = World::new();
    let (outbox, clock) = (Arc::clone(&world.outbox), Arc::clone(&world.clock));
    outbox.put_invited(invited(1));
    let courier = world.courier(server.mailer());
    for _ in 0..2 {
        let round = courier.run_once().await.unwrap();
        assert_eq!((round.deferred, round.sent), (1, 0));
        assert_eq!(courier.run_once().await.unwrap(), Default::default(), "it is not due yet");
        clock.advance(Duration::minutes(1));
    }
    assert_eq!(courier.run_once().await.unwrap().sent, 1);
    let [Attempt::Deferred { until, reason }, _, Attempt::Sent] = &outbox.history(1)[..] else { unreachable!() };
    assert!(reason.starts_with("RCPT: ") && reason.contains("450") && reason.contains("not here"), "{reason}");
    assert!(NOW < *until && *until <= NOW + Duration::seconds(30));
    assert_eq!(server.received().len(), 1);
    let again = MailServer::start(&[]).await;
    again.mailer().send(&letter()).await.unwrap();
    assert_eq!(again.received(), server.received(), "the message alone decides about every byte");
}

#[tokio::test]
async fn f04_a_mail_refused_for_good_bounces() {
    for fate in [Fate::RecipientRefused(550), Fate::MailRefused(554)] {
        let server = MailServer::start(&[fate]).await;
        let world = World::new();
        let outbox = Arc::clone(&world.outbox);
        outbox.put_invited(invited(1));
        let courier = world.courier(server.mailer());
        assert_eq!(courier.run_once().await.unwrap().bounced, 1);
        let [Attempt::Bounced { reason }] = &outbox.history(1)[..] else { unreachable!("{:?}", outbox.history(1)) };
        assert!(reason.contains("not here"), "{reason}");
        assert!(server.received().is_empty());
    }
}

#[tokio::test]
async fn a_refusal_that_is_about_this_deployment_bounces_nobody() {
    let server = MailServer::start(&[Fate::SenderRefused(553)]).await;
    let error = server.mailer().send(&letter()).await.unwrap_err();
    assert!(matches!(&error, MailError::Later(said) if said.starts_with("MAIL: ")), "{error}");
    let server = MailServer::with_login(&[]).await;
    let error = server.mailer_with("ada:wrong@", "?tls=none").send(&letter()).await.unwrap_err();
    assert!(matches!(&error, MailError::Later(said) if said.starts_with("AUTH: ")), "{error}");
    server.mailer_with("ada:s3cret@", "?tls=none").send(&letter()).await.unwrap();
}

#[tokio::test]
async fn f05_a_connection_lost_after_the_dot_leads_to_a_second_identical_mail() {
    let server = MailServer::start(&[Fate::LostAfterDot]).await;
    let world = World::new();
    let (outbox, clock) = (Arc::clone(&world.outbox), Arc::clone(&world.clock));
    outbox.put_invited(invited(1));
    let courier = world.courier(server.mailer());
    assert_eq!(courier.run_once().await.unwrap().deferred, 1);
    clock.advance(Duration::minutes(1));
    assert_eq!(courier.run_once().await.unwrap().sent, 1);
    let received = server.received();
    assert_eq!(received.len(), 2);
    assert_eq!(received[0], received[1]);
}

#[tokio::test]
async fn f01_a_dead_server_defers() {
    let error = MailServer::dead().await.mailer().send(&letter()).await.unwrap_err();
    assert!(matches!(&error, MailError::Later(said) if said.starts_with("connecting: ")), "{error}");
}

#[tokio::test]
async fn f02_a_server_that_trickles_costs_one_time_limit_and_no_more() {
    let server = MailServer::trickling().await;
    let begin = std::time::Instant::now();
    let error = server.mailer().send(&letter()).await.unwrap_err();
    assert_eq!(error, MailError::Later("connecting: no answer in time".to_owned()));
    assert!(begin.elapsed() < std::time::Duration::from_secs(5), "{:?}", begin.elapsed());
}

#[tokio::test]
async fn f10_without_starttls_nothing_is_said() {
    let server = MailServer::start(&[]).await;
    let error = server.mailer_with("ada:s3cret@", "").send(&letter()).await.unwrap_err();
    assert!(matches!(&error, MailError::Later(said) if said.starts_with("STARTTLS: ")), "{error}");
    let lines = server.lines();
    assert!(lines.iter().all(|line| line.starts_with("EHLO") || line == "QUIT"), "{lines:?}");
}

#[tokio::test]
async fn a57_no_name_can_begin_a_header() {
    let server = MailServer::start(&[]).await;
    let hostile = Letter {
        sender_name: SenderName::parse("Acme, \"Inc.\" Ü").ok(),
        reply_to: EmailAddress::parse("help@acme.example").ok(),
        subject: "Hello\r\nBcc: evil@evil.example\r\n\r\nBody".to_owned(),
        text: SecretString::from(".\r\nMAIL FROM:<evil@evil.example>\n.\n"),
        ..letter()
    };
    server.mailer().send(&hostile).await.unwrap();
    let received = server.received();
    assert_eq!(received.len(), 1);
    let mail = MessageParser::default().parse(&received[0].bytes).unwrap();
    assert!(mail.bcc().is_none());
    let from = mail.from().unwrap().first().unwrap();
    assert_eq!(from.name.as_deref(), Some("Acme, \"Inc.\" Ü"));
    assert_eq!(from.address.as_deref(), Some("no-reply@members.example"));
    assert_eq!(mail.reply_to().unwrap().first().unwrap().address.as_deref(), Some("help@acme.example"));
    assert_eq!(mail.subject(), Some("Hello Bcc: evil@evil.example Body"));
    assert_eq!(mail.body_text(0).unwrap(), ".\r\nMAIL FROM:<evil@evil.example>\r\n.\r\n");
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn i12_no_log_at_any_level_holds_a_link_an_address_or_a_password() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let script = [Fate::Taken, Fate::RecipientRefused(550), Fate::LostAfterDot];
    let server = MailServer::with_login(&script).await;
    let world = World::new();
    for id in 1..=3 {
        world.outbox.put_invited(invited(id));
    }
    world.courier(server.mailer_with("ada:s3cret@", "?tls=none")).run_once().await.unwrap();
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("bounced"), "{log}");
    for secret in ["mli_", "ada.lovelace", "s3cret", "AGFkYQBzM2NyZXQ", "Welcome"] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
}
