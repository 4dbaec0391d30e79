//! The table of what may be done with one's addresses.

use time::Duration;
use uuid::Uuid;

use super::*;
use crate::fixture::{NOW, account, account_of, after, at, email, outcome, user};
use crate::id::UserLinkId;
use crate::message::Message;
use crate::secret::LinkKind;

fn add(address: &str) -> AddEmail {
    let link = NewLink { id: UserLinkId(Uuid::from_u128(7)), kind: LinkKind::Verification, lasts: Duration::hours(24) };
    AddEmail { user: user(1), address: email(address), link }
}

fn verify(facts: &Facts, address: &str) -> VerifyEmail {
    let row = facts.links.iter().find(|it| it.address == email(address)).unwrap();
    let link = Link::to_user(row.kind, row.user, row.id, row.generation);
    VerifyEmail { user: user(1), link, address: email(address) }
}

fn remove(address: &str) -> RemoveEmail {
    RemoveEmail { user: user(1), address: email(address) }
}

fn primary(address: &str) -> MakePrimary {
    MakePrimary { user: user(1), address: email(address) }
}

fn to(messages: &[Message]) -> Vec<(String, &'static str)> {
    let to = |it: &Message| match &it.to {
        Recipient::Address(address) => address.to_string(),
        Recipient::Administrators | Recipient::AccountHolder | Recipient::WhoeverThen => String::new(),
    };
    messages.iter().map(|it| (to(it), it.content.kind())).collect()
}

fn with_second() -> Facts {
    let facts = after(add("b@example.org").decide(&account(Some("old"))));
    after(verify(&facts, "b@example.org").decide(&facts))
}

#[test]
fn an_address_is_named_proven_and_then_counts() {
    let named = add("b@example.org").decide(&account(Some("old"))).unwrap();
    assert_eq!(to(&named.messages), [("b@example.org".to_owned(), "additional_address")]);
    assert!(!named.reply.has_verified(&email("b@example.org")));
    let proven = verify(&named.after, "b@example.org").decide(&named.after).unwrap();
    assert!(proven.reply.has_verified(&email("b@example.org")));
    assert_eq!(proven.reply.primary_email(), Some(&email("p1@example.org")), "the old one is still written to");
    assert_eq!(to(&proven.messages), [("p1@example.org".to_owned(), "addresses_changed")]);
    assert_eq!(outcome(&verify(&proven.after, "b@example.org"), &proven.after), "link-spent");
    assert_eq!(outcome(&add("b@example.org"), &proven.after), "address-held");
}

#[test]
fn i13_an_address_of_somebody_else_is_answered_alike_and_told_by_mail() {
    let mut facts = account(Some("old"));
    facts.users.extend(account_of(2, Some("other")).users);
    let added = add("p2@example.org").decide(&facts).unwrap();
    assert_eq!(to(&added.messages), [("p2@example.org".to_owned(), "address_in_use")]);
    assert_eq!(added.reply.emails.len(), 2);
    assert_eq!(outcome(&verify(&added.after, "p2@example.org"), &added.after), "address-in-use");
    assert!(add("p2@example.org").decide(&added.after).unwrap().messages.is_empty(), "not every second");
}

#[test]
fn a_link_is_for_whoever_added_the_address() {
    let mut facts = after(add("b@example.org").decide(&account(Some("old"))));
    facts.users.extend(account_of(2, Some("other")).users);
    let verify = verify(&facts, "b@example.org");
    assert_eq!(outcome(&VerifyEmail { user: user(2), ..verify.clone() }, &facts), "link-of-another-account");
    assert_eq!(outcome(&verify, &at(facts.clone(), NOW + Duration::hours(24))), "link-expired");
    assert_eq!(outcome(&verify, &after(remove("b@example.org").decide(&facts))), "link-expired");
}

#[test]
fn an_account_has_a_bounded_number_of_addresses() {
    let mut facts = account(Some("old"));
    for number in 1..MOST_ADDRESSES {
        facts = after(add(&format!("a{number}@example.org")).decide(&facts));
        // Each address has a link of its own; the fixture's id is one.
        facts.links.clear();
    }
    assert_eq!(outcome(&add("one-more@example.org"), &facts), "too-many-addresses");
    assert_eq!(outcome(&add("a1@example.org"), &facts), "ok", "naming one again is no new one");
}

#[test]
fn the_last_verified_address_stays() {
    assert_eq!(outcome(&remove("p1@example.org"), &account(Some("old"))), "last-address");
    let named = after(add("b@example.org").decide(&account(Some("old"))));
    assert_eq!(outcome(&remove("p1@example.org"), &named), "last-address");
    let removed = remove("b@example.org").decide(&named).unwrap();
    assert!(removed.messages.is_empty(), "an address that proved nothing is no news");
    let removed = remove("p1@example.org").decide(&with_second()).unwrap();
    assert_eq!(removed.reply.primary_email(), Some(&email("b@example.org")));
    let told = [("p1@example.org".to_owned(), "addresses_changed"), ("b@example.org".to_owned(), "addresses_changed")];
    assert_eq!(to(&removed.messages), told);
    assert_eq!(outcome(&remove("c@example.org"), &with_second()), "unknown-address");
}

#[test]
fn a_verified_address_can_be_the_one_that_is_written_to() {
    let made = primary("b@example.org").decide(&with_second()).unwrap();
    assert_eq!(made.reply.primary_email(), Some(&email("b@example.org")));
    assert_eq!(to(&made.messages), [("p1@example.org".to_owned(), "addresses_changed")], "the old one is told");
    assert!(primary("b@example.org").decide(&made.after).unwrap().events.is_empty());
    let named = after(add("b@example.org").decide(&account(Some("old"))));
    assert_eq!(outcome(&primary("b@example.org"), &named), "email-unverified");
    assert_eq!(outcome(&primary("c@example.org"), &named), "unknown-address");
}

#[test]
fn links_to_an_address_that_is_given_up_are_dead() {
    let (facts, link) = crate::fixture::account_link(with_second(), LinkKind::PasswordReset);
    let after = after(remove("p1@example.org").decide(&facts));
    assert_eq!(after.open_link(&link).unwrap_err(), Refusal::LinkExpired);
}
