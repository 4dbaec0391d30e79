//! How people come back, by the pages: forgotten passwords, login links, the first login, and one's own account.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a mail that was not written is a failed test")]

use http::StatusCode;
use membership_core::message::{Content, MessageScope, Recovery};
use membership_core::secret::{Link, LinkKind, LinkSigner};
use membership_testkit::World;
use secrecy::ExposeSecret;

use crate::browser::{Browser, PASSWORD, browser, id_of, owner, token_of, without_ids, world};

const NEW_PASSWORD: &str = "another fine long password";

/// What the courier does: follows up what was asked for, and finds the newest link of a kind.
async fn mailed(world: &World, kind: LinkKind) -> String {
    let mut newest = None;
    loop {
        let sent = world.drain().await;
        if sent.is_empty() {
            break;
        }
        for message in sent {
            if let Content::RecoveryRequested { login, means } = &message.content {
                world.accounts.follow_up(login, *means).await.unwrap();
            }
            let link = match (&message.content, kind) {
                (Content::OneTimeLogin { link, generation, .. }, LinkKind::OneTimeLogin)
                | (Content::PasswordReset { link, generation, .. }, LinkKind::PasswordReset)
                | (Content::AdditionalAddress { link, generation, .. }, LinkKind::Verification) => (*link, *generation),
                _ => continue,
            };
            let MessageScope::User(user) = message.scope else { panic!("a link of a user") };
            newest = Some(Link::to_user(kind, user, link.0, link.1));
        }
    }
    world.links.sign(&newest.unwrap()).expose_secret().to_owned()
}

/// Signs in by password, in a browser of its own.
async fn signed_in(router: &axum::Router, password: &str) -> Browser {
    let mut browser = browser(router);
    let done = browser.post("/sign-in", "/sign-in", &[("login", "ada@example.org"), ("password", password)]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.html);
    browser
}

#[tokio::test]
async fn s0_10_register_then_log_in_by_mail_choose_a_password_and_accept() {
    let (world, memory, router) = world();
    let (mut ada, group) = owner(&world, &router, "group_subscription").await;
    let fields = [("addresses", "bob@example.org"), ("role", "member"), ("deliver", "mail")];
    ada.post(&format!("{group}/invite"), &format!("{group}/invite"), &fields).await;
    let invitation = memory.dump().organizations[&id_of(&group)].invitations.values().next().unwrap().clone();
    let link = Link::to_invitation(id_of(&group), invitation.id, invitation.generation);
    let mut bob = browser(&router);
    bob.get(&format!("/i/{}", world.links.sign(&link).expose_secret())).await;
    let page = bob.get("/invitation").await;
    assert!(page.html.contains("Register</button>") && !page.html.contains("type=\"password\""), "{}", page.html);
    let registered = bob.post("/invitation", "/invitation", &[("name", "Bob")]).await;
    assert_eq!(registered.location.as_deref(), Some("/invitation/registered"), "{}", registered.html);
    assert!(bob.get("/invitation/registered").await.html.contains("We have written"));

    let login = mailed(&world, LinkKind::OneTimeLogin).await;
    let mut phone = browser(&router);
    assert_eq!(phone.get(&format!("/login/{login}")).await.location.as_deref(), Some("/login"));
    assert!(phone.get("/login").await.html.contains("signs you in as Bob"));
    let done = phone.post("/login", "/login", &[]).await;
    assert_eq!(done.location.as_deref(), Some("/organizations"), "{}", done.html);
    for path in ["/organizations", "/profile", "/organizations/new", &group] {
        assert_eq!(phone.get(path).await.location.as_deref(), Some("/password"), "{path}");
    }
    let short = phone.post("/password", "/password", &[("password", "short")]).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    let chosen = phone.post("/password", "/password", &[("password", NEW_PASSWORD)]).await;
    assert_eq!(chosen.location.as_deref(), Some("/organizations?done=password-changed"), "{}", chosen.html);
    let waiting = phone.get("/organizations").await;
    assert!(waiting.html.contains("Acme") && waiting.html.contains("Accept"), "{}", waiting.html);
    let (organization, invited) = (id_of(&group).to_string(), invitation.id.to_string());
    let fields = [("organization", organization.as_str()), ("invitation", invited.as_str())];
    let accepted = phone.post("/organizations", "/organizations/accept", &fields).await;
    assert_eq!(accepted.location, Some(group.clone()), "{}", accepted.html);
    assert_eq!(phone.get(&group).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_forgotten_password_is_chosen_anew_and_ends_what_was_open() {
    let (world, _, router) = world();
    let (mut ada, _) = owner(&world, &router, "team").await;
    let mut other = browser(&router);
    let ask = |login: &'static str| [("login", login), ("do", "reset")];
    let unknown = other.post("/forgot-password", "/forgot-password", &ask("zoe@example.org")).await;
    let known = other.post("/forgot-password", "/forgot-password", &ask("ada@example.org")).await;
    assert_eq!(known.location, unknown.location);
    let reset = mailed(&world, LinkKind::PasswordReset).await;
    other.get(&format!("/reset/{reset}")).await;
    for _ in 0..3 {
        assert_eq!(other.get("/reset").await.status, StatusCode::OK);
    }
    let short = other.post("/reset", "/reset", &[("password", "short")]).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = other.post("/reset", "/reset", &[("password", NEW_PASSWORD)]).await;
    assert_eq!(done.location.as_deref(), Some("/organizations?done=password-changed"), "{}", done.html);
    assert!(!other.has_cookie("membership-reset"));
    assert_eq!(ada.get("/organizations").await.status, StatusCode::SEE_OTHER, "the older sign-in is over");
    other.get(&format!("/reset/{reset}")).await;
    assert_eq!(other.get("/reset").await.status, StatusCode::GONE);
}

#[tokio::test]
async fn i13_no_page_of_the_doors_reads_otherwise_for_who_has_an_account() {
    let (world, _, router) = world();
    owner(&world, &router, "team").await;
    for (door, fields) in [
        ("/sign-in", &[("password", "wrong and long enough")][..]),
        ("/sign-up", &[("name", "Somebody"), ("password", PASSWORD)]),
        ("/forgot-password", &[("do", "reset")]),
        ("/forgot-password", &[("do", "link")]),
    ] {
        let mut pages = Vec::new();
        for email in ["ada@example.org", "zoe@example.org"] {
            let mut nobody = browser(&router);
            let (token, login) = (token_of(&nobody.get(door).await.html), [("login", email), ("email", email)]);
            let answer = nobody.post_with(door, &token, &[fields, &login].concat()).await;
            assert!(answer.status != StatusCode::UNPROCESSABLE_ENTITY, "{door}: {}", answer.html);
            let shown = match &answer.location {
                Some(next) => nobody.get(next).await.html,
                None => answer.html,
            };
            // Only forms of somebody who is signed in have one.
            let shown = if token.is_empty() { shown } else { shown.replace(&token, "token") };
            let shown = without_ids(&shown).replace(email, "the address");
            pages.push((answer.status, answer.location, shown));
        }
        assert_eq!(pages[0], pages[1], "{door} {fields:?}");
    }
}

#[tokio::test]
async fn a_login_link_signs_in_once() {
    let (world, _, router) = world();
    owner(&world, &router, "team").await;
    world.accounts.follow_up("ada@example.org", Recovery::LoginLink).await.unwrap();
    let login = mailed(&world, LinkKind::OneTimeLogin).await;
    for expected in [StatusCode::SEE_OTHER, StatusCode::GONE] {
        let mut browser = browser(&router);
        browser.get(&format!("/login/{login}")).await;
        assert_eq!(browser.post("/login", "/login", &[]).await.status, expected);
    }
}

#[tokio::test]
async fn one_changes_password_addresses_and_sign_ins() {
    let (world, _, router) = world();
    let (mut ada, _) = owner(&world, &router, "team").await;
    let mut phone = signed_in(&router, PASSWORD).await;
    let listed = ada.get("/profile/sign-ins").await;
    assert!(listed.html.contains("this browser") && listed.html.contains("Sign out there"), "{}", listed.html);
    let ended = ada.post("/profile/sign-ins", "/profile/sign-ins", &[]).await;
    assert_eq!(ended.location.as_deref(), Some("/profile/sign-ins?done=sign-ins-ended"));
    assert_eq!(phone.get("/profile").await.status, StatusCode::SEE_OTHER);

    let wrong = [("present_password", "not the password at all"), ("password", NEW_PASSWORD)];
    let refused = ada.post("/password", "/password", &wrong).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.html.contains("present_password-problem") && !refused.html.contains("not the password"));
    let right = [("present_password", PASSWORD), ("password", NEW_PASSWORD)];
    let changed = ada.post("/password", "/password", &right).await;
    assert_eq!(changed.location.as_deref(), Some("/profile?done=password-changed"), "{}", changed.html);

    let added = ada.post("/profile", "/profile/addresses", &[("email", "ada@work.example"), ("do", "add")]).await;
    assert_eq!(added.location.as_deref(), Some("/profile?done=address-added"), "{}", added.html);
    let link = mailed(&world, LinkKind::Verification).await;
    ada.get(&format!("/confirm/{link}")).await;
    let verified = ada.post("/confirm", "/confirm", &[]).await;
    assert_eq!(verified.location.as_deref(), Some("/profile?done=address-verified"), "{}", verified.html);
    for (what, done) in [("primary", "address-primary"), ("remove", "address-removed")] {
        let address = if what == "primary" { "ada@work.example" } else { "ada@example.org" };
        let answer = ada.post("/profile", "/profile/addresses", &[("email", address), ("do", what)]).await;
        assert_eq!(answer.location, Some(format!("/profile?done={done}")), "{}", answer.html);
    }
    let last = ada.post("/profile", "/profile/addresses", &[("email", "ada@work.example"), ("do", "remove")]).await;
    assert_eq!(last.status, StatusCode::CONFLICT);
    assert!(last.html.contains("Your last verified address cannot be removed."), "{}", last.html);
}
