//! How newcomers join, by the pages, in each of the ways that presets have: names and password (S2.3), sign up or sign in
//! (S3.2), username and password (S4.5); and how whoever belongs to several organizations moves between them (S0.3, S3.2).
//! One step is walked by S1.7 in the other file, registering first by S0.10.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "an invitation that is not there is a failed test")]

use http::StatusCode;
use membership_testkit::{MemoryStore, World};

use crate::browser::{Browser, PASSWORD, browser, id_of, owner, shown_link, world};

/// Invites an address, and opens its link in a browser of its own.
async fn opened(world: &World, memory: &MemoryStore, ada: &mut Browser, invited: (&str, &str, &str)) -> Browser {
    let (organization, email, role) = invited;
    let invite = format!("{organization}/invite");
    let fields = [("addresses", email), ("role", role), ("deliver", "mail")];
    let sent = ada.post(&invite, &invite, &fields).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.html);
    let mut guest = browser(&ada.router);
    guest.get(&link_to(world, memory, organization, email)).await;
    guest
}

fn link_to(world: &World, memory: &MemoryStore, organization: &str, email: &str) -> String {
    use membership_core::secret::{Link, LinkSigner};
    use secrecy::ExposeSecret;
    let dump = memory.dump();
    let mut invitations = dump.organizations[&id_of(organization)].invitations.values();
    let invitation = invitations.find(|it| it.email.to_string() == email).unwrap();
    let link = Link::to_invitation(id_of(organization), invitation.id, invitation.generation);
    format!("/i/{}", world.links.sign(&link).expose_secret())
}

/// Signs up by the page and completes it by the mailed link.
async fn signed_up(world: &World, memory: &MemoryStore, router: &axum::Router, name: &str, email: &str) -> Browser {
    use membership_core::secret::{Link, LinkSigner};
    use secrecy::ExposeSecret;
    let mut browser = browser(router);
    let fields = [("name", name), ("email", email), ("password", PASSWORD)];
    browser.post("/sign-up", "/sign-up", &fields).await;
    let sign_up = memory.dump().sign_ups.values().find(|it| it.email.to_string() == email).unwrap().id;
    let link = world.links.sign(&Link::to_sign_up(sign_up));
    browser.get(&format!("/verify/{}", link.expose_secret())).await;
    let done = browser.post("/verify", "/verify", &[("password", PASSWORD)]).await;
    assert_eq!(done.location.as_deref(), Some("/organizations?done=verified"), "{}", done.html);
    browser
}

#[tokio::test]
async fn s2_3_the_first_sign_in_asks_for_first_name_last_name_and_a_password() {
    let (world, memory, router) = world();
    let (mut ada, platform) = owner(&world, &router, "learning_platform").await;
    let mut zoe = opened(&world, &memory, &mut ada, (&platform, "zoe@example.org", "trainee")).await;
    let page = zoe.get("/invitation").await;
    for field in ["first_name", "last_name", "password"] {
        assert!(page.html.contains(&format!("name=\"{field}\"")), "{field}: {}", page.html);
    }
    assert!(!page.html.contains("name=\"name\"") && !page.html.contains("name=\"username\""), "{}", page.html);
    let whole = [("first_name", "Zoë"), ("last_name", "Quiñones"), ("password", PASSWORD)];
    for left_out in 0..whole.len() {
        let mut fields = whole.to_vec();
        let (name, _) = fields.remove(left_out);
        let refused = zoe.post("/invitation", "/invitation", &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert!(refused.html.contains(&format!("id=\"{name}-problem\"")), "{name}: {}", refused.html);
    }
    let joined = zoe.post("/invitation", "/invitation", &whole).await;
    assert_eq!(joined.location.as_deref(), Some(platform.as_str()), "{}", joined.html);
    assert_eq!(zoe.get(&platform).await.status, StatusCode::OK);
    let dump = memory.dump();
    let user = dump.users.values().find(|it| it.name.as_str() == "Zoë Quiñones").unwrap();
    assert_eq!(user.names.last.as_ref().unwrap().as_str(), "Quiñones");
    let mut again = browser(&router);
    let entered = again.post("/sign-in", "/sign-in", &[("login", "zoe@example.org"), ("password", PASSWORD)]).await;
    assert_eq!(entered.location.as_deref(), Some("/organizations"), "{}", entered.html);
}

#[tokio::test]
async fn s3_2_sign_up_or_sign_in_then_accept_and_switch() {
    let (world, memory, router) = world();
    let (mut ada, account) = owner(&world, &router, "account").await;
    // A new one signs up on the way.
    let mut nora = opened(&world, &memory, &mut ada, (&account, "nora@example.org", "viewer")).await;
    let bare = nora.post("/invitation", "/invitation", &[("name", "Nora")]).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(bare.html.contains("id=\"password-problem\""), "{}", bare.html);
    let joined = nora.post("/invitation", "/invitation", &[("name", "Nora"), ("password", PASSWORD)]).await;
    assert_eq!(joined.location.as_deref(), Some(account.as_str()), "{}", joined.html);

    // An existing one gains the account in the list of theirs, and switches by the menu of every page.
    let mut bob = signed_up(&world, &memory, &router, "Bob", "bob@example.org").await;
    let founded =
        bob.post("/organizations/new", "/organizations/new", &[("name", "Bobs"), ("preset", "account")]).await;
    let own = founded.location.unwrap().split('?').next().unwrap().to_owned();
    let mut stranger = opened(&world, &memory, &mut ada, (&account, "bob@example.org", "editor")).await;
    let page = stranger.get("/invitation").await;
    assert!(page.html.contains("/sign-in?next=/invitation"), "who has an account signs in: {}", page.html);
    bob.get(&link_to(&world, &memory, &account, "bob@example.org")).await;
    let cookie = bob.cookies.iter().find(|(name, _)| name == "membership").unwrap().1.clone();
    let joined = bob.post("/invitation", "/invitation", &[]).await;
    assert_eq!(joined.location.as_deref(), Some(account.as_str()), "{}", joined.html);
    let fresh = bob.cookies.iter().find(|(name, _)| name == "membership").unwrap().1.clone();
    assert_ne!(cookie, fresh, "A64: accepting gives a fresh sign-in");
    let mut old = Browser { cookies: vec![("membership".to_owned(), cookie)], ..browser(&router) };
    assert!(old.get("/profile").await.location.unwrap().starts_with("/sign-in"), "and ends the one before");
    for here in [&account, &own] {
        let page = bob.get(here).await;
        assert_eq!(page.status, StatusCode::OK);
        for (there, name) in [(&account, "Acme"), (&own, "Bobs")] {
            let entry = format!("<a href=\"{there}\" aria-describedby=\"menu-switch\"");
            assert!(page.html.contains(&entry) && page.html.contains(name), "{entry}: {}", page.html);
        }
    }
    let list = bob.get("/organizations").await;
    assert!(list.html.contains("Editor") && list.html.contains("Owner"), "each with the role: {}", list.html);
}

#[tokio::test]
async fn s4_5_an_invited_member_of_a_portal_chooses_username_and_password() {
    let (world, memory, router) = world();
    let (mut ada, portal) = owner(&world, &router, "member_portal").await;
    let mut zoe = opened(&world, &memory, &mut ada, (&portal, "zoe@example.org", "member")).await;
    let page = zoe.get("/invitation").await;
    assert!(page.html.contains("name=\"username\"") && page.html.contains("name=\"password\""), "{}", page.html);
    for (username, problem) in [("", "username"), ("zoe@example.org", "username"), ("zo", "username")] {
        let fields = [("name", "Zoe"), ("username", username), ("password", PASSWORD)];
        let refused = zoe.post("/invitation", "/invitation", &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{username}");
        assert!(refused.html.contains(&format!("id=\"{problem}-problem\"")), "{username}: {}", refused.html);
    }
    let fields = [("name", "Zoe"), ("username", "Zoe.Q"), ("password", PASSWORD)];
    let joined = zoe.post("/invitation", "/invitation", &fields).await;
    assert_eq!(joined.location.as_deref(), Some(portal.as_str()), "{}", joined.html);
    let mut again = browser(&router);
    let entered = again.post("/sign-in", "/sign-in", &[("login", "zoe.q"), ("password", PASSWORD)]).await;
    assert_eq!(entered.location.as_deref(), Some("/organizations"), "{}", entered.html);
}

#[tokio::test]
async fn s0_3_a_group_with_a_second_member_stands_in_the_menu_of_whoever_administers_it() {
    let (world, memory, router) = world();
    let (mut ada, team) = owner(&world, &router, "team").await;
    let link = format!("<a href=\"{team}/members\" aria-describedby=\"menu-administer\"");
    let alone = ada.get("/profile").await;
    assert!(!alone.html.contains(&link), "nobody else is in it yet");
    assert!(alone.html.contains(&format!("<a href=\"{team}\" aria-describedby=\"menu-switch\"")), "{}", alone.html);
    let mut bob = opened(&world, &memory, &mut ada, (&team, "bob@example.org", "member")).await;
    bob.post("/invitation", "/invitation", &[("name", "Bob")]).await;
    let page = ada.get("/profile").await;
    assert!(page.html.contains(&link) && page.html.contains("Group membership"), "{}", page.html);
    let theirs = bob.get(&team).await;
    assert_eq!(theirs.status, StatusCode::OK);
    assert!(!theirs.html.contains("id=\"menu-administer\""), "a member administers nothing: {}", theirs.html);
}

#[tokio::test]
async fn s3_7_an_empty_list_of_invitations_says_whether_anybody_was_invited_yet() {
    let (world, memory, router) = world();
    let (mut ada, team) = owner(&world, &router, "team").await;
    let list = format!("{team}/invitations");
    let (never, none_now) = ("Nobody has been invited yet", "Nobody is being waited for");
    let way = format!("<a class=\"button\" href=\"{team}/invite\" hx-boost=\"false\">");
    let page = ada.get(&list).await;
    assert!(page.html.contains(never) && page.html.contains(&way), "{}", page.html);
    let mut bob = opened(&world, &memory, &mut ada, (&team, "bob@example.org", "member")).await;
    bob.post("/invitation", "/invitation", &[("name", "Bob")]).await;
    let page = ada.get(&list).await;
    assert!(page.html.contains(none_now) && !page.html.contains(never), "{}", page.html);
}

#[tokio::test]
async fn s2_2_an_empty_list_of_groups_or_programs_leads_to_what_makes_the_first() {
    let (world, _, router) = world();
    let (mut ada, platform) = owner(&world, &router, "learning_platform").await;
    for list in ["groups", "programs"] {
        let page = ada.get(&format!("{platform}/{list}")).await;
        assert!(page.html.contains("<a class=\"button\" href=\"#name\">"), "{list}: {}", page.html);
        assert_eq!(page.html.matches("id=\"name\"").count(), 1, "{list}: {}", page.html);
    }
}

#[tokio::test]
async fn a62_a_link_that_was_handed_over_asks_everybody_the_same() {
    let (world, memory, router) = world();
    let (mut ada, team) = owner(&world, &router, "team").await;
    signed_up(&world, &memory, &router, "Bob", "bob@example.org").await;
    let invite = format!("{team}/invite");
    let mut pages = Vec::new();
    for email in ["bob@example.org", "boo@example.org"] {
        let shown = ada.post(&invite, &invite, &[("addresses", email), ("role", "member"), ("deliver", "hand")]).await;
        let mut guest = browser(&router);
        guest.get(&shown_link(&shown.html, "/i/")).await;
        let page = guest.get("/invitation").await;
        assert!(
            page.html.contains("name=\"name\"") && page.html.contains("/sign-in?next=/invitation"),
            "{}",
            page.html
        );
        pages.push(crate::browser::without_ids(&page.html));
    }
    assert_eq!(pages[0], pages[1]);
}
