//! How somebody is brought in who has no login yet, and helped with the one they have (S2.6, S4.1, S4.7, S4.8).

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a page without what it must show is a failed test"
)]

use http::StatusCode;
use membership_core::command::{AddMember, MemberChange, UpdateMember};
use membership_core::draft::Actor;
use membership_core::id::MemberId;
use membership_core::language::Language;
use membership_core::port::Random;
use membership_core::profile::{AdditionalInformation, MemberProfile};
use membership_testkit::{MemoryStore, World};

use crate::browser::{Browser, PASSWORD, browser, id_of, owner, shown_link, token_of, version_of, world};

const INITIAL: &str = "first come and choose your own";

/// Adds somebody to the owner's organization with what is kept of them, and says by whom.
async fn keeps(
    (world, memory): (&World, &MemoryStore),
    path: &str,
    (name, profile): (&str, MemberProfile),
) -> (Actor, MemberId) {
    let owner = memory.dump().organizations[&id_of(path)].members.values().find_map(|it| it.user).unwrap();
    let add = AddMember {
        organization: id_of(path),
        by: Actor::User(owner),
        id: MemberId(world.random.id()),
        name: name.parse().unwrap(),
        email: None,
        role: None,
        profile,
        deactivates_at: None,
        login: None,
        link: None,
    };
    world.memberships.execute(&add).await.unwrap();
    (add.by, add.id)
}

async fn sign_in(router: &axum::Router, login: &str, password: &str) -> (Browser, Option<String>) {
    let mut browser = browser(router);
    let done = browser.post("/sign-in", "/sign-in", &[("login", login), ("password", password)]).await;
    (browser, done.location)
}

#[tokio::test]
async fn s2_6_a_person_is_added_with_names_and_an_initial_password() {
    let (world, memory, router) = world();
    let (mut ada, platform) = owner(&world, &router, "learning_platform").await;
    let add = format!("{platform}/add-member");
    assert!(ada.get(&format!("{platform}/members")).await.html.contains(&add));
    let grace = [("first_name", "Grace Brewster"), ("last_name", "Hopper"), ("username", "grace"), ("role", "trainee")];
    let with =
        |password: &'static str| [&grace[..], &[("email", "grace@example.org"), ("password", password)]].concat();
    for (password, why) in [
        ("brief words", "at least 15 characters"),
        ("qwertyuiop12345", "one of the most common passwords"),
        ("grace brewster hopper", "Others know your name"),
    ] {
        let refused = ada.post(&add, &add, &with(password)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{password}");
        assert!(refused.html.contains(why) && refused.html.contains("id=\"password-problem\""), "{}", refused.html);
        assert!(refused.html.contains("value=\"Hopper\"") && !refused.html.contains(password), "{}", refused.html);
    }
    let nameless = ada.post(&add, &add, &[("first_name", "Grace"), ("role", "trainee")]).await;
    assert!(nameless.html.contains("id=\"last_name-problem\""), "{}", nameless.html);
    let added = ada.post(&add, &add, &with(INITIAL)).await;
    let member = added.location.unwrap();
    assert!(member.ends_with("?done=member-added"), "{member}");
    let page = ada.get(&member).await;
    assert!(
        page.html.contains("Grace Brewster Hopper") && page.html.contains("The person is a member now."),
        "{}",
        page.html
    );

    // The first sign-in demands another password, and the initial one is worth nothing any more.
    let (mut browser, location) = sign_in(&router, "grace", INITIAL).await;
    assert_eq!(location.as_deref(), Some("/organizations"));
    assert_eq!(browser.get("/organizations").await.location.as_deref(), Some("/password"));
    assert_eq!(browser.get(&platform).await.location.as_deref(), Some("/password"));
    let chosen = [("present_password", INITIAL), ("password", PASSWORD)];
    let done = browser.post("/password", "/password", &chosen).await;
    assert_eq!(done.location.as_deref(), Some("/organizations?done=password-changed"), "{}", done.html);
    assert_eq!(browser.get(&platform).await.status, StatusCode::OK);
    assert_eq!(sign_in(&router, "grace", INITIAL).await.1, None);
    let names = memory.dump().users.values().find(|it| it.username.is_some()).unwrap().names.clone();
    assert_eq!(names.last.unwrap().as_str(), "Hopper");
}

#[tokio::test]
async fn s4_5_a_link_that_is_handed_over_is_shown_once_and_lets_a_person_choose() {
    let (world, _, router) = world();
    let (mut ada, portal) = owner(&world, &router, "member_portal").await;
    let add = format!("{portal}/add-member");
    let fields = [("name", "Grace Hopper"), ("role", "member"), ("set_up_link", "hand")];
    let shown = ada.post(&add, &add, &fields).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.html);
    let link = shown_link(&shown.html, "/join/");
    let nowhere = ada.post(&add, &add, &[("name", "Zoe"), ("role", "member"), ("set_up_link", "mail")]).await;
    assert!(nowhere.html.contains("id=\"set_up_link-problem\""), "{}", nowhere.html);

    let mut grace = browser(&router);
    assert_eq!(grace.get(&link).await.location.as_deref(), Some("/join"));
    let page = grace.get("/join").await;
    assert!(page.html.contains("Acme") && page.html.contains("Grace Hopper") && !page.html.contains("mls_"));
    let common = [("username", "grace"), ("password", "qwertyuiop12345")];
    let refused = grace.post("/join", "/join", &common).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = grace.post("/join", "/join", &[("username", "grace"), ("password", PASSWORD)]).await;
    assert_eq!(done.location.as_deref(), Some(portal.as_str()), "{}", done.html);
    assert_eq!(browser(&router).get(&link).await.status, StatusCode::SEE_OTHER);
    let mut again = browser(&router);
    again.get(&link).await;
    assert_eq!(again.get("/join").await.status, StatusCode::GONE);
}

#[tokio::test]
async fn s4_8_a_code_of_a_letter_is_typed_without_a_script() {
    let (world, _, router) = world();
    let (mut ada, portal) = owner(&world, &router, "member_portal").await;
    let add = format!("{portal}/add-member");
    let fields = [("name", "Grace Hopper"), ("role", "member"), ("set_up_link", "hand")];
    let letter = ada.post(&add, &add, &fields).await.html;
    let code = text_between(&letter, "letter-code\">", "<");
    assert!(letter.contains("<svg ") && letter.contains("/code</p>"), "{letter}");

    let mut grace = browser(&router);
    for (typed, status) in [("", 422), ("7KQM", 422), ("0000-0000-0000", 404)] {
        let refused = grace.post("/code", "/code", &[("code", typed)]).await;
        assert_eq!(refused.status.as_u16(), status, "{typed}");
        assert!(refused.html.contains("id=\"code-problem\"") && refused.location.is_none(), "{}", refused.html);
    }
    let typed = format!(" {} ", code.replace('-', "").to_lowercase());
    assert_eq!(grace.post("/code", "/code", &[("code", &typed)]).await.location.as_deref(), Some("/join"));
    let page = grace.get("/join").await;
    assert!(page.html.contains("value=\"grace.hopper\""), "a free username is proposed: {}", page.html);
    // What a script would be told of a username while it is typed.
    for (typed, told) in
        [("gr", "too short"), ("gr%40ce", "must not look like"), ("gr%C3%A9", "a to z"), ("hopper", "Nobody has")]
    {
        let checked = grace.get(&format!("/join/username?username={typed}")).await;
        assert!(checked.status == StatusCode::OK && checked.html.contains(told), "{typed}: {}", checked.html);
    }
    assert_eq!(browser(&router).get("/join/username?username=hopper").await.status, StatusCode::NOT_FOUND);
    for (username, status) in [("gr", 422), ("gr@ce.org", 422), ("grâce", 422), ("grace", 303)] {
        let sent = grace.post("/join", "/join", &[("username", username), ("password", PASSWORD)]).await;
        assert_eq!(sent.status.as_u16(), status, "{username}: {}", sent.html);
    }
    // The next one cannot be confused with her.
    let fields = [("name", "Grace"), ("role", "member"), ("set_up_link", "hand")];
    let mut other = browser(&router);
    other.get(&shown_link(&ada.post(&add, &add, &fields).await.html, "/join/")).await;
    assert!(other.get("/join").await.html.contains("value=\"grace2\""));
    for username in ["grace", "GRACE", "gr-ace"] {
        let checked = other.get(&format!("/join/username?username={username}")).await;
        let free = username == "gr-ace";
        assert_eq!(checked.html.contains("Nobody has"), free, "{username}: {}", checked.html);
    }
    let used = browser(&router).post("/code", "/code", &[("code", &code)]).await;
    assert_eq!(used.status, StatusCode::GONE, "{}", used.html);
}

#[tokio::test]
async fn s2_9_additional_information_is_on_no_page() {
    let (world, memory, router) = world();
    let (mut ada, platform) = owner(&world, &router, "learning_platform").await;
    let noted = |text: &str| Some(AdditionalInformation::parse(text).unwrap());
    let profile = MemberProfile { additional_information: noted("Found the first moth"), ..MemberProfile::default() };
    let (by, member) = keeps((&world, &memory), &platform, ("Grace Hopper", profile)).await;
    let change = MemberChange { additional_information: Some(noted("Found another moth")), ..MemberChange::default() };
    let update = UpdateMember { organization: id_of(&platform), by, member, change, expected: None };
    world.memberships.execute(&update).await.unwrap();
    for page in ["members", &format!("members/{member}"), "roster", "log"] {
        let shown = ada.get(&format!("{platform}/{page}")).await;
        assert_eq!(shown.status, StatusCode::OK, "{page}");
        assert!(shown.html.contains("Hopper") && !shown.html.contains("moth"), "{page}: {}", shown.html);
    }
    // The export has it, so that it is there to be shown.
    assert!(ada.get(&format!("{platform}/members.csv")).await.html.contains("Found another moth"));
}

#[tokio::test]
async fn s4_8_a_letter_is_in_the_language_of_whoever_gets_it() {
    let (world, memory, router) = world();
    let (mut ada, portal) = owner(&world, &router, "member_portal").await;
    let profile = MemberProfile { language: Some(Language::French), ..MemberProfile::default() };
    let (_, zoe) = keeps((&world, &memory), &portal, ("Zoé", profile)).await;
    let page = format!("{portal}/members/{zoe}/set-up-link");
    let shown = ada.post(&page, &page, &[("deliver", "hand")]).await.html;
    assert!(shown.contains("Give this link to Zoé") && shown.contains("lang=\"fr\""), "{shown}");
    assert!(shown.contains("Bonjour Zoé,") && shown.contains("saisissez le code"), "{shown}");
}

fn text_between(html: &str, before: &str, after: &str) -> String {
    let (_, rest) = html.split_once(before).unwrap_or_else(|| panic!("no {before} in {html}"));
    rest.split_once(after).unwrap().0.to_owned()
}

#[tokio::test]
async fn s4_7_a_login_is_helped_with_on_the_members_page() {
    let (world, memory, router) = world();
    let (mut ada, portal) = owner(&world, &router, "member_portal").await;
    let add = format!("{portal}/add-member");
    let fields = [("name", "Grace"), ("role", "member"), ("email", "grace@example.org"), ("set_up_link", "hand")];
    let first = shown_link(&ada.post(&add, &add, &fields).await.html, "/join/");
    let dump = memory.dump();
    let members = &dump.organizations[&id_of(&portal)].members;
    let id = members.values().find(|it| it.user.is_none()).unwrap().id;
    let member = format!("{portal}/members/{id}");

    // S4.8: another link kills the earlier one.
    let page = format!("{member}/set-up-link");
    let second = shown_link(&ada.post(&page, &page, &[("deliver", "hand")]).await.html, "/join/");
    let mut grace = browser(&router);
    grace.get(&first).await;
    assert_eq!(grace.get("/join").await.status, StatusCode::GONE);
    grace.get(&second).await;
    grace.post("/join", "/join", &[("username", "grace"), ("password", PASSWORD)]).await;
    assert_eq!(grace.get(&portal).await.status, StatusCode::OK);
    assert_eq!(ada.get(&page).await.status, StatusCode::FORBIDDEN, "whoever has a login needs no link");

    // A new username and an initial password: signed out everywhere, and in by the new ones only.
    let login = format!("{member}/login");
    let bad = ada.post(&login, &login, &[("password", "password")]).await;
    assert!(bad.html.contains("id=\"password-problem\""), "{}", bad.html);
    let empty = ada.post(&login, &login, &[]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.html.contains("id=\"username-problem\""), "{}", empty.html);
    let changed = ada.post(&login, &login, &[("username", "hopper"), ("password", INITIAL)]).await;
    assert!(changed.location.unwrap().ends_with("done=login-changed"), "{}", changed.html);
    assert_eq!(grace.get(&portal).await.status, StatusCode::SEE_OTHER);
    assert_eq!(sign_in(&router, "grace", PASSWORD).await.1, None);
    let (mut grace, _) = sign_in(&router, "hopper", INITIAL).await;
    assert_eq!(grace.get("/organizations").await.location.as_deref(), Some("/password"));

    let out = format!("{member}/sign-out");
    let done = ada.post(&out, &out, &[]).await;
    assert!(done.location.unwrap().ends_with("done=signed-out-member"));
    assert!(grace.get("/password").await.location.unwrap().starts_with("/sign-in"));

    // A plain member is offered none of it.
    let mut bob = browser(&router);
    let fields = [("name", "Bob"), ("role", "member"), ("set_up_link", "hand")];
    bob.get(&shown_link(&ada.post(&add, &add, &fields).await.html, "/join/")).await;
    bob.post("/join", "/join", &[("username", "bobby"), ("password", PASSWORD)]).await;
    for path in [&add, &login, &page, &out] {
        let status = bob.get(path).await.status;
        assert!(status == StatusCode::FORBIDDEN || status == StatusCode::NOT_FOUND, "{path}: {status}");
    }
}

#[tokio::test]
async fn a_password_that_everybody_knows_is_refused_in_both_languages() {
    let (_, _, router) = world();
    for (language, sentence) in
        [("en", "This is one of the most common passwords."), ("fr", "Ce mot de passe est l’un des plus courants.")]
    {
        let mut browser = browser(&router);
        browser.language = language;
        let fields = [("name", "Ada"), ("email", "ada@example.org"), ("password", "qwertyuiop[]\\asdfghjkl")];
        let fine = browser.post("/sign-up", "/sign-up", &fields).await;
        assert_eq!(fine.status, StatusCode::SEE_OTHER);
        let fields = [("name", "Ada"), ("email", "ada@example.org"), ("password", "1QAZ2wsx3EDC4rfv")];
        let refused = browser.post("/sign-up", "/sign-up", &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.html.contains(sentence), "{language}: {}", refused.html);
    }
}

#[tokio::test]
async fn a_profile_that_was_changed_in_another_window_shows_both() {
    let (world, _, router) = world();
    let (mut ada, _) = owner(&world, &router, "team").await;
    let shown = ada.get("/profile").await.html;
    let (token, seen) = (token_of(&shown), version_of(&shown));
    let theirs = [("name", "Ada Byron"), ("language", "en"), ("version", seen.as_str())];
    let saved = ada.post_with("/profile", &token, &theirs).await;
    assert_eq!(saved.location.as_deref(), Some("/profile?done=profile-saved"), "{}", saved.html);
    let mine = [("name", "Countess Ada"), ("language", "en"), ("version", seen.as_str())];
    let stale = ada.post_with("/profile", &token, &mine).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    for part in ["it is now “Ada Byron”", "value=\"Countess Ada\""] {
        assert!(stale.html.contains(part), "{part}: {}", stale.html);
    }
    // The next press decides.
    let now = version_of(&stale.html);
    let mine = [("name", "Countess Ada"), ("language", "en"), ("version", now.as_str())];
    let saved = ada.post_with("/profile", &token, &mine).await;
    assert_eq!(saved.location.as_deref(), Some("/profile?done=profile-saved"), "{}", saved.html);
}
