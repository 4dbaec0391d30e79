//! Files, migrations, backups, and what sweeps and audits need.

mod world;

use membership_core::audit::{ChainCheck, Stream};
use membership_core::event::Event;
use membership_core::facts::{Receipt, ReceiptKey, Scope};
use membership_core::id::{SignUpId, UserId};
use membership_core::port::{Attempt, MessageRef, Outbox, Store, StoreError, Upkeep};
use membership_core::secret::TokenHash;
use membership_sqlite::SqliteStore;
use time::Duration;
use world::{World, changes, id, invitation, letter, member, sign_in, sign_up, user};

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_can_read_the_files() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new().await;
    world.found(1).await;
    let backup = world.folder.path().join("backup.sqlite");
    world.store.backup_to(&backup).await.unwrap();
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    for file in std::fs::read_dir(world.file().parent().unwrap()).unwrap() {
        let file = file.unwrap().path();
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
    assert_eq!(mode(world.file().parent().unwrap()), 0o700);
    assert_eq!(mode(&backup), 0o600);
}

#[tokio::test]
async fn a_backup_is_a_whole_store() {
    let world = World::new().await;
    let organization = world.found(1).await;
    let backup = world.folder.path().join("it's a backup.sqlite");
    let session = world.store.open(&Scope::of(organization)).await.unwrap();
    world.store.backup_to(&backup).await.unwrap();
    drop(session);
    let again = world.store.backup_to(&backup).await;
    assert!(matches!(again, Err(StoreError::Unavailable(_))), "an earlier backup is not written over: {again:?}");
    let restored = SqliteStore::connect(&format!("sqlite://{}", backup.display())).await.unwrap();
    restored.migrate().await.unwrap();
    let facts = restored.read(&Scope::of(organization)).await.unwrap();
    assert_eq!(facts.head, world.facts(&Scope::of(organization)).await.head);
}

#[tokio::test]
async fn what_is_no_file_or_no_database_is_told() {
    let folder = tempfile::tempdir().unwrap();
    for url in ["sqlite::memory:", "sqlite://x?mode=memory", "postgres://localhost/x", "sqlite://"] {
        let refused = SqliteStore::connect(url).await;
        assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{url}: {refused:?}");
    }
    let refused = SqliteStore::open_file(folder.path()).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    let text = folder.path().join("notes.txt");
    std::fs::write(&text, "not a database, but long enough to be taken for one".repeat(20)).unwrap();
    let refused = SqliteStore::open_file(&text).await;
    assert!(matches!(refused, Err(StoreError::Corrupt(_))), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn several_programs_may_start_at_once() {
    for _ in 0..5 {
        let folder = tempfile::tempdir().unwrap();
        let mut starting = tokio::task::JoinSet::new();
        for _ in 0..6 {
            let file = folder.path().join("new/membership.sqlite");
            starting.spawn(async move {
                let store = SqliteStore::open_file(file).await?;
                store.migrate().await
            });
        }
        for started in starting.join_all().await {
            started.unwrap();
        }
    }
}

#[tokio::test]
async fn an_older_program_refuses_the_tables_of_a_newer_one() {
    let world = World::new().await;
    world.store.migrate().await.unwrap();
    let file = sqlx::SqlitePool::connect_lazy(&format!("sqlite://{}", world.file().display())).unwrap();
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                 VALUES (9999, 'from the future', 1, x'00', 1)";
    sqlx::query(newer).execute(&file).await.unwrap();
    let refused = world.store.migrate().await.unwrap_err().to_string();
    assert!(refused.contains("newer release") && refused.contains("9999"), "{refused}");
    world.found(1).await;
}

#[tokio::test]
async fn every_log_is_found_and_holds() {
    let world = World::new().await;
    for number in 1..=120 {
        world.found(number).await;
    }
    let users = (1..=30).map(|it| {
        let mut user = user(it, world.now());
        user.emails.truncate(1);
        Event::UserRegistered { user }
    });
    world.record(&Scope::default(), users.collect()).await.unwrap();
    let (mut after, mut streams) = (None, Vec::new());
    loop {
        let logs = world.store.logs(after).await.unwrap();
        assert!(logs.len() <= 100);
        for (stream, end) in &logs {
            let mut check = ChainCheck::default();
            for entry in world.store.log(*stream, 0).await.unwrap() {
                check.next(&entry).unwrap();
            }
            check.finish(end).unwrap();
        }
        after = logs.last().map(|(stream, _)| *stream);
        streams.extend(logs.iter().map(|(stream, _)| *stream));
        if logs.is_empty() {
            break;
        }
    }
    assert_eq!(streams.len(), 150);
    assert!(streams.is_sorted());
    let tail = world.store.log(streams[0], 1).await.unwrap();
    assert_eq!(tail.iter().map(|entry| entry.sequence).collect::<Vec<_>>(), [2]);
    assert!(world.store.log(Stream::User(UserId(id(999))), 0).await.unwrap().is_empty());
}

#[tokio::test]
async fn organizations_with_something_lapsed_are_found_by_the_clock() {
    let world = World::new().await;
    let now = world.now();
    let (invites, dates, deleted) = (world.found(1).await, world.found(2).await, world.found(3).await);
    let mut leaving = member(20, now);
    leaving.deactivates_at = Some(now + Duration::days(2));
    let invited = |number| Event::InvitationCreated { invitation: invitation(number, now) };
    world.record(&Scope::of(invites), vec![invited(10), invited(11)]).await.unwrap();
    world.record(&Scope::of(dates), vec![Event::MemberJoined { member: leaving }]).await.unwrap();
    let gone = Event::OrganizationDeleted { organization: deleted };
    world.record(&Scope::of(deleted), vec![invited(12), gone]).await.unwrap();
    assert_eq!(world.store.organizations_with_lapsed(10).await.unwrap(), []);
    world.pass(Duration::days(2));
    assert_eq!(world.store.organizations_with_lapsed(10).await.unwrap(), [dates]);
    world.pass(Duration::days(5));
    let mut both = world.store.organizations_with_lapsed(10).await.unwrap();
    both.sort();
    assert_eq!(both, [invites, dates]);
    assert_eq!(world.store.organizations_with_lapsed(1).await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_nobody_can_use_is_forgotten_and_nothing_else() {
    let world = World::new().await;
    let organization = world.found(1).await;
    let now = world.now();
    let person = UserId(id(1));
    let (first, second) = (invitation(10, now), invitation(11, now));
    let session = world.store.open(&Scope::of(organization)).await.unwrap();
    let events = vec![
        Event::SignedIn { sign_in: sign_in(5, person, now) },
        Event::SignedIn { sign_in: sign_in(7, person, now) },
        Event::SignUpRequested { sign_up: sign_up(6, now) },
    ];
    let (mut made, _) = changes(session.facts(), events);
    let key = ReceiptKey { scope: id(1), key: TokenHash([4; 32]) };
    made.receipt = Some(Receipt { key, fingerprint: [5; 32], answer: vec![], expires_at: now + Duration::days(1) });
    made.messages = vec![letter(organization, &first), letter(organization, &second)];
    session.commit(made).await.unwrap();
    let sent = MessageRef { scope: letter(organization, &first).scope, id: letter(organization, &first).id };
    world.store.settle(sent, &Attempt::Sent).await.unwrap();

    assert_eq!(world.store.forget_expired().await.unwrap(), 0);
    let ended = Event::SignedOut { user: person, sign_in: sign_in(7, person, now).id };
    world.record(&Scope::default(), vec![ended]).await.unwrap();
    assert_eq!(world.store.forget_expired().await.unwrap(), 1, "the sign-in that was ended");
    world.pass(Duration::days(1));
    assert_eq!(world.store.forget_expired().await.unwrap(), 2, "the receipt and the sign-up");
    world.pass(Duration::days(28));
    assert_eq!(world.store.forget_expired().await.unwrap(), 0);
    world.pass(Duration::days(1));
    assert_eq!(world.store.forget_expired().await.unwrap(), 2, "the sign-in and the message that was sent");
    assert_eq!(world.store.due(10).await.unwrap().len(), 1, "what waits is kept");
    let scope = Scope { sign_up: Some(SignUpId(id(6))), receipt: Some(key), ..Scope::default() };
    let facts = world.facts(&scope).await;
    assert!(facts.sign_ups.is_empty() && facts.receipt.is_none());
}
