//! The development mailbox.

use membership_core::id::MessageId;
use membership_core::port::KeptMail;
use time::Duration;
use uuid::Uuid;

use crate::world::World;

fn mail(world: &World, number: u32) -> KeptMail {
    KeptMail {
        id: MessageId(Uuid::from_u128(u128::from(number))),
        to: format!("p{number}@example.org"),
        subject: "Élan 😀".to_owned(),
        text: "line 1\nline 2\n".to_owned(),
        html: "<p>ä</p>".to_owned(),
        at: world.now() + Duration::microseconds(i64::from(number)),
    }
}

/// The newest first, at most a hundred, and complete.
pub async fn the_newest_mails_come_first(world: World) {
    for number in 0..120 {
        world.stores.mailbox.keep(&mail(&world, number)).await.expect("a mail is kept");
    }
    let expected: Vec<_> = (20..120).rev().map(|number| mail(&world, number)).collect();
    assert_eq!(world.stores.mailbox.kept().await.expect("mails"), expected);
}

/// A mail that is sent again is kept once.
pub async fn a_repeat_takes_the_earlier_ones_place(world: World) {
    let first = mail(&world, 1);
    world.stores.mailbox.keep(&first).await.expect("a mail is kept");
    let again = KeptMail { subject: "Again".to_owned(), at: first.at + Duration::SECOND, ..first };
    world.stores.mailbox.keep(&again).await.expect("a mail is kept");
    assert_eq!(world.stores.mailbox.kept().await.expect("mails"), [again]);
}
