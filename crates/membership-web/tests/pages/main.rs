//! The pages over a store in memory: what a browser sends, and what it gets.

use axum::body::Body;
use http::header::CONTENT_SECURITY_POLICY;
use http::{Request, StatusCode};
use membership_core::id::MessageId;
use membership_core::invitation::InvitationState;
use membership_core::port::{KeptMail, Random};
use membership_core::service::NewOffer;
use membership_http::Limits;
use membership_testkit::fixture::{address, role};
use membership_web::{Web, pages};
use secrecy::ExposeSecret;
use tower::ServiceExt;

mod browser;
mod imports;
mod keys;
mod limits;
mod people;
mod presets;
mod recovery;
mod roster;

use crate::browser::{PASSWORD, browser, id_of, owner, world};

#[tokio::test]
async fn s1_7_the_main_job_from_set_up_to_a_new_member() {
    let (world, memory, router) = world();
    let (mut ada, team) = owner(&world, &router, "team").await;
    let fields = [("addresses", "Bob <bob@example.org>; eve@example.org"), ("role", "member"), ("deliver", "mail")];
    let invited = ada.post(&format!("{team}/invite"), &format!("{team}/invite"), &fields).await;
    assert_eq!(invited.location, Some(format!("{team}/members?done=invited#invitations")), "{}", invited.html);
    let members = ada.get(&format!("{team}/members?done=invited")).await;
    for part in ["Ada", "bob@example.org", "eve@example.org", "Invited. The mail is on its way."] {
        assert!(members.html.contains(part), "{part}");
    }

    let invitation = memory.dump().organizations[&id_of(&team)].invitations.values().next().unwrap().clone();
    let link = membership_core::secret::Link::to_invitation(id_of(&team), invitation.id, invitation.generation);
    let link = membership_core::secret::LinkSigner::sign(world.links.as_ref(), &link);
    let mut bob = browser(&router);
    let before = memory.dump();
    for _ in 0..3 {
        let opened = bob.get(&format!("/i/{}", link.expose_secret())).await;
        assert_eq!((opened.status, opened.location.as_deref()), (StatusCode::SEE_OTHER, Some("/invitation")));
        let page = bob.get("/invitation").await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.html.contains("Acme") && page.html.contains("Ada invites you."), "{}", page.html);
        assert!(!page.html.contains("mli_"), "the link is not shown");
    }
    assert_eq!(*memory.dump(), *before, "opening a link changes nothing");

    let wrong = bob.post("/invitation", "/invitation", &[("name", "<b>")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.html.contains("aria-invalid=\"true\"") && wrong.html.contains("&#60;b&#62;"), "{}", wrong.html);
    let joined = bob.post("/invitation", "/invitation", &[("name", "Bob")]).await;
    assert_eq!(
        (joined.status, joined.location.clone()),
        (StatusCode::SEE_OTHER, Some(team.clone())),
        "{}",
        joined.html
    );
    assert!(!bob.has_cookie("membership-invitation"), "the link is forgotten");
    let overview = bob.get(&team).await;
    assert!(overview.status == StatusCode::OK && overview.html.contains("Acme"), "{}", overview.html);

    let again = browser(&router).get(&format!("/i/{}", link.expose_secret())).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER);
    bob.get(&format!("/i/{}", link.expose_secret())).await;
    assert_eq!(bob.get("/invitation").await.status, StatusCode::GONE);
}

#[tokio::test]
async fn a_form_without_its_token_is_refused_and_changes_nothing() {
    let (world, memory, router) = world();
    let (mut ada, team) = owner(&world, &router, "team").await;
    let before = memory.dump();
    for token in ["", "another"] {
        let sent = ada.post_with(&format!("{team}/settings/name"), token, &[("name", "Evil")]).await;
        assert_eq!(sent.status, StatusCode::FORBIDDEN);
        assert!(sent.html.contains("out of date"), "{}", sent.html);
    }
    assert_eq!(*memory.dump(), *before);
    let sent = ada.post(&format!("{team}/settings"), &format!("{team}/settings/name"), &[("name", "Acme 2")]).await;
    assert_eq!(sent.location, Some(format!("{team}/settings?done=renamed")));
}

#[tokio::test]
async fn whoever_is_not_signed_in_comes_back_after_signing_in() {
    let (world, _, router) = world();
    let (mut ada, team) = owner(&world, &router, "team").await;
    let out = ada.post("/organizations", "/sign-out", &[]).await;
    assert_eq!(out.location.as_deref(), Some("/sign-in?done=signed-out"));
    let sent_away = ada.get(&format!("{team}/members?q=a")).await;
    let there = sent_away.location.unwrap();
    assert_eq!(there, format!("/sign-in?next={team}/members%3Fq%3Da"));
    let page = ada.get(&there).await;
    assert!(page.html.contains(&format!("value=\"{team}/members?q=a\"")), "{}", page.html);
    let wrong = ada.post(&there, "/sign-in", &[("login", "ada@example.org"), ("password", "wrong")]).await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert!(wrong.html.contains("value=\"ada@example.org\"") && !wrong.html.contains("wrong\""), "{}", wrong.html);
    let fields = [("login", "ada@example.org"), ("password", PASSWORD), ("next", "//evil.test")];
    let back = ada.post("/sign-in", "/sign-in", &fields).await;
    assert_eq!(back.location.as_deref(), Some("/organizations"), "another site is never followed");
}

#[tokio::test]
async fn i10_what_one_does_not_belong_to_does_not_exist() {
    let (world, _, router) = world();
    let (mut ada, _) = owner(&world, &router, "team").await;
    let foreign = world.found("team", 5).await;
    for path in ["", "/members", "/invite", "/seats", "/settings", "/log", "/leave"] {
        let page = ada.get(&format!("/organizations/{}{path}", foreign.id)).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        assert!(page.html.contains("<h1>"), "{path}");
    }
    let own = ada.get("/organizations").await.html;
    let own = own.split("class=\"tile-link\" href=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    for query in ["q=%00%0D", "after=%00&id=00000000-0000-0000-0000-000000000000", "invited_after=x&invited_id=x"] {
        let status = ada.get(&format!("{own}/members?{query}")).await.status;
        assert!([StatusCode::OK, StatusCode::NOT_FOUND].contains(&status), "{query}: {status}");
    }
    for path in ["/organizations/none", "/nowhere", "/dev/mailbox", "/dev/mailbox.json", "/dev/mailbox/1.html"] {
        assert_eq!(ada.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn s2_1_each_address_of_a_list_has_its_own_outcome() {
    let (world, memory, router) = world();
    let (mut ada, team) = owner(&world, &router, "team").await;
    let invite = format!("{team}/invite");
    let none = ada.post(&invite, &invite, &[("addresses", "no address"), ("role", "member")]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(none.html.contains("no address"), "{}", none.html);
    let fields = [("addresses", "bob@example.org, nobody, ada@example.org"), ("role", "admin"), ("deliver", "hand")];
    let some = ada.post(&invite, &invite, &fields).await;
    assert_eq!(some.status, StatusCode::OK);
    assert!(some.html.contains("http://localhost:8080/i/mli_"), "the link is shown once: {}", some.html);
    assert!(some.html.contains("nobody\nada@example.org"), "what failed stays in the form: {}", some.html);
    let dump = memory.dump();
    assert_eq!(dump.organizations[&id_of(&team)].invitations.len(), 1);
}

#[tokio::test]
async fn signed_in_as_somebody_else_nothing_is_consumed() {
    let (world, memory, router) = world();
    let (mut ada, _) = owner(&world, &router, "team").await;
    let other = world.found("team", 5).await;
    let link = world.link(other.id, &world.invite(other.id, other.owner, 6, "member").await);
    ada.get(&format!("/i/{link}")).await;
    let page = ada.get("/invitation").await;
    assert_eq!(page.status, StatusCode::OK);
    for part in ["p•••@example.org", "ada@example.org", "Sign out and continue"] {
        assert!(page.html.contains(part), "{part}: {}", page.html);
    }
    let refused = ada.post("/invitation", "/invitation", &[]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    let out = ada.post("/invitation", "/sign-out", &[("next", "/invitation")]).await;
    assert_eq!(out.location.as_deref(), Some("/invitation"));
    assert!(ada.get("/invitation").await.html.contains("Tell who you are"));
    let declined = ada.post("/invitation", "/invitation/decline", &[]).await;
    assert_eq!(declined.location.as_deref(), Some("/invitation/declined"));
    let dump = memory.dump();
    let invitation = dump.organizations[&other.id].invitations.values().next().unwrap();
    assert_eq!(invitation.state, InvitationState::Declined);
}

#[tokio::test]
async fn s1_9_a_row_offers_what_its_viewer_may_do() {
    let (world, _, router) = world();
    let (mut ada, team) = owner(&world, &router, "team").await;
    let id = id_of(&team);
    let user = world.memberships.members(id, membership_core::draft::Actor::System, &all()).await;
    let owner = user.unwrap().items[0].member.user.unwrap();
    let offer = NewOffer::to(address(7)).with_role(role("member"));
    let view = world.memberships.invite(id, owner, offer).await.unwrap();
    let member = world.accept(&world.link(id, &view), 7).await.unwrap();
    let page = ada.get(&format!("{team}/members")).await;
    for slug in ["role", "deactivation-date", "suspend", "transfer-ownership", "remove"] {
        let path = format!("{team}/members/{}/{slug}", member.id);
        assert!(page.html.contains(&path), "{slug}");
        assert_eq!(ada.get(&path).await.status, StatusCode::OK, "{slug}");
    }
    let not_offered = ada.get(&format!("{team}/members/{}/allocate-seat", member.id)).await;
    assert_eq!(not_offered.status, StatusCode::FORBIDDEN);
    let role_page = format!("{team}/members/{}/role", member.id);
    let changed = ada.post(&role_page, &role_page, &[("role", "admin")]).await;
    assert_eq!(changed.location, Some(format!("{team}/members?done=role-changed")));
    let date_page = format!("{team}/members/{}/deactivation-date", member.id);
    let past = ada.post(&date_page, &date_page, &[("at", "2001-01-01")]).await;
    assert_eq!(past.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(past.html.contains("id=\"at-problem\""), "{}", past.html);
    let removed = ada.post(&role_page, &format!("{team}/members/{}/remove", member.id), &[]).await;
    assert_eq!(removed.location, Some(format!("{team}/members?done=removed")));
    let log = ada.get(&format!("{team}/log")).await;
    for sentence in
        ["Ada removed Person 7", "Ada changed the role of Person 7", "<del>Member</del>", "<ins>Admin</ins>"]
    {
        assert!(log.html.contains(sentence), "{sentence}: {}", log.html);
    }
}

#[tokio::test]
async fn s1_4_an_organization_is_deleted_by_typing_its_name() {
    let (world, _, router) = world();
    let (mut ada, team) = owner(&world, &router, "account").await;
    let (settings, delete) = (format!("{team}/settings"), format!("{team}/settings/delete"));
    let wrong = ada.post(&settings, &delete, &[("confirm_name", "Acne")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(ada.get(&format!("{team}/seats")).await.status, StatusCode::OK);
    let done = ada.post(&settings, &delete, &[("confirm_name", "Acme")]).await;
    assert_eq!(done.location.as_deref(), Some("/organizations?done=deleted"));
    assert_eq!(ada.get(&team).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn s0_13_only_the_operator_sells_seats() {
    let (world, memory, router) = world();
    let (mut ada, team) = owner(&world, &router, "group_subscription").await;
    let id = id_of(&team);
    let fields = [("organization", id.to_string()), ("limit", "8".to_owned())];
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let set = ada.post("/operator", "/operator/subscription", &fields).await;
    assert_eq!(set.location, Some(format!("/operator?done=subscription-set&organization={id}")), "{}", set.html);
    assert_eq!(memory.dump().organizations[&id].head.seats.limit, Some(8));
    let seats = ada.get(&format!("{team}/seats")).await;
    assert!(seats.html.contains("Allocate a seat") && seats.html.contains("<dd>8</dd>"), "{}", seats.html);
    let fields = [("name", "New"), ("owner_email", "owner@example.org"), ("preset", "account"), ("language", "fr")];
    let founded = ada.post("/operator", "/operator/organizations", &fields).await;
    assert!(founded.location.unwrap().starts_with("/operator?done=organization-awaits-owner"));

    let mut eve = browser(&router);
    let other = world.found("team", 5).await;
    let link = world.link(other.id, &world.invite(other.id, other.owner, 6, "member").await);
    eve.get(&format!("/i/{link}")).await;
    eve.post("/invitation", "/invitation", &[("name", "Eve")]).await;
    assert_eq!(eve.get("/operator").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn every_page_speaks_french() {
    let (world, _, router) = world();
    let (mut ada, team) = owner(&world, &router, "group_subscription").await;
    let saved = ada.post("/profile", "/profile", &[("name", "Ada"), ("language", "fr")]).await;
    assert_eq!(saved.location.as_deref(), Some("/profile?done=profile-saved"));
    for path in ["", "/members", "/invite", "/seats", "/settings", "/log"] {
        let page = ada.get(&format!("{team}{path}")).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(page.html.contains("<html lang=\"fr\"") && page.html.contains("Mes organisations"), "{path}");
    }
}

#[tokio::test]
async fn a_sign_up_is_completed_by_mail_and_password() {
    let (world, memory, router) = world();
    let mut ada = browser(&router);
    let short = ada.post("/sign-up", "/sign-up", &[("name", "Ada"), ("email", "ada@"), ("password", "short")]).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!short.html.contains("short\""), "a password is never shown again");
    let fields = [("name", "Ada"), ("email", "ada@example.org"), ("password", PASSWORD)];
    let sent = ada.post("/sign-up", "/sign-up", &fields).await;
    assert_eq!(sent.location.as_deref(), Some("/sign-up/sent"));
    let sign_up = *memory.dump().sign_ups.keys().next().unwrap();
    let link = membership_core::secret::Link::to_sign_up(sign_up);
    let link = membership_core::secret::LinkSigner::sign(world.links.as_ref(), &link);
    let mut browser = browser(&router);
    browser.get(&format!("/verify/{}", link.expose_secret())).await;
    let wrong = browser.post("/verify", "/verify", &[("password", "something else entirely")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = browser.post("/verify", "/verify", &[("password", PASSWORD)]).await;
    assert_eq!(done.location.as_deref(), Some("/organizations?done=verified"), "{}", done.html);
    let home = browser.get("/organizations?done=verified").await;
    assert!(home.html.contains("You do not belong to any organization yet"));
}

#[tokio::test]
async fn the_development_mailbox_says_what_it_is_and_shuts_mails_off() {
    let (world, _, _) = world();
    let mail = KeptMail {
        id: MessageId(world.random.id()),
        to: "bob@example.org".to_owned(),
        subject: "Join <Acme>".to_owned(),
        text: "Open http://localhost:8080/i/mli_A.".to_owned(),
        html: "<html><head></head><body>Join</body></html>".to_owned(),
        at: world.now(),
    };
    world.stores.mailbox.keep(&mail).await.unwrap();
    let web = Web {
        accounts: world.accounts.clone(),
        public_url: "http://localhost:8080".to_owned(),
        elsewhere: None,
        mailbox: Some(world.stores.mailbox.clone()),
        limits: Limits::default(),
        operator_contact: None,
    };
    let router = pages(web);
    let mut ada = browser(&router);
    let page = ada.get("/dev/mailbox").await;
    let link = "<a href=\"http://localhost:8080/i/mli_A\">";
    for part in ["This is a development mailbox", "Join &#60;Acme&#62;", link, "sandbox="] {
        assert!(page.html.contains(part), "{part}: {}", page.html);
    }
    let json: serde_json::Value = serde_json::from_str(&ada.get("/dev/mailbox.json").await.html).unwrap();
    assert_eq!(json[0]["to"], "bob@example.org");
    assert_eq!(json[0]["id"], mail.id.to_string());
    let request = Request::get(format!("/dev/mailbox/{}.html", mail.id)).body(Body::empty()).unwrap();
    let part = router.oneshot(request).await.unwrap();
    assert!(part.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap().starts_with("sandbox"));
}

#[tokio::test]
async fn the_stylesheet_is_kept_for_good() {
    let (_, _, router) = world();
    let mut ada = browser(&router);
    let page = ada.get("/sign-in").await;
    let address = page.html.split("rel=\"stylesheet\" href=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let css = ada.get(&address).await;
    assert!(css.status == StatusCode::OK && css.html.contains("--accent"));
}

fn all() -> membership_core::port::MemberQuery {
    membership_core::port::MemberQuery { limit: 10, ..Default::default() }
}
