//! What pages say when something is refused, near its end, or about to hit many: in the overview, beside buttons that
//! are missing, in previews and before what cannot be taken back.

#![expect(clippy::unwrap_used, reason = "a page that leads nowhere is a failed test")]

use std::sync::Arc;

use axum::body::Body;
use http::header::{CONTENT_SECURITY_POLICY, COOKIE};
use http::{Request, StatusCode};
use membership_core::message::{Content, Message, Recipient};
use membership_core::port::{Attempt, Composer, Letter};
use membership_core::service::{AccountRules, Accounts};
use membership_core::subscription::Terms;
use membership_core::wording::{TemplateKey, Wording};
use membership_http::Limits;
use membership_testkit::PlainPasswords;
use time::Duration;
use tower::ServiceExt;

use crate::browser::{Browser, PASSWORD, adds, browser, id_of, limited, makes, owner, shown_link, world};

const WHY: &str = "<details class=\"why\"><summary>Why can&#39;t I invite?</summary>";

async fn signed_in(router: &axum::Router, login: &str) -> Browser {
    let mut browser = browser(router);
    let done = browser.post("/sign-in", "/sign-in", &[("login", login), ("password", PASSWORD)]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.html);
    browser
}

#[tokio::test]
async fn s0_13_an_end_of_the_subscription_needs_attention_while_nobody_can_be_invited() {
    let (world, _, router) = world();
    let (mut ada, team) = owner(&world, &router, "team").await;
    let paths = ["", "/members", "/invitations"].map(|path| format!("{team}{path}"));
    for path in &paths {
        let page = ada.get(path).await.html;
        assert!(page.contains(&format!("href=\"{team}/invite\"")) && !page.contains(WHY), "{path}: {page}");
    }
    let end = world.now() + Duration::hours(1);
    let terms = Terms { expires_at: Some(end), grace_days: 1, ..Terms::default() };
    world.sell(id_of(&team), terms).await;
    let subscription = ada.get(&format!("{team}/subscription")).await.html;
    assert!(subscription.contains("It ends on"), "{subscription}");
    for (passed, told) in [(2, "the days of grace are running"), (30, "access is limited")] {
        world.pass(Duration::hours(passed));
        let mut ada = signed_in(&router, "ada@example.org").await;
        let overview = ada.get(&team).await.html;
        assert!(overview.contains("id=\"attention\"") && overview.contains(told), "{told}: {overview}");
        for path in &paths {
            let page = ada.get(path).await.html;
            assert!(!page.contains(&format!("href=\"{team}/invite\"")), "{path}: {page}");
            assert!(page.contains(&format!("{WHY}<p>The subscription is over")), "{path}: {page}");
        }
        let subscription = ada.get(&format!("{team}/subscription")).await.html;
        assert!(subscription.contains("It ended on"), "{subscription}");
        assert_eq!(subscription.contains("The days of grace end on"), passed == 2, "{subscription}");
    }
}

#[tokio::test]
async fn s0_13_an_end_that_nobody_has_touched_stays_to_the_second() {
    let (world, memory, router) = world();
    let (_, team) = owner(&world, &router, "group_subscription").await;
    let page = format!("/operator{team}");
    let end = world.now() + Duration::hours(1);
    world.sell(id_of(&team), Terms { expires_at: Some(end), grace_days: 30, ..Terms::of_seats(Some(3)) }).await;
    let date = end.date().to_string();
    for (passed, seats) in [(0, "8"), (2, "9")] {
        world.pass(Duration::hours(passed));
        let mut ada = signed_in(&router, "ada@example.org").await;
        let fields = [("seat_limit", seats), ("expires_at", date.as_str()), ("grace_days", "30")];
        let sold = ada.post(&page, &format!("{page}/subscription"), &fields).await;
        assert_eq!(sold.location, Some(format!("{page}?done=subscription-set")), "{}", sold.html);
        let head = memory.dump().organizations[&id_of(&team)].head.clone();
        assert_eq!((head.subscription.expires_at, head.seats.limit), (Some(end), seats.parse().ok()));
    }
}

#[tokio::test]
async fn s0_6_whoever_gets_no_seat_is_named_with_the_reason() {
    let (world, memory, router) = world();
    let (mut ada, group) = owner(&world, &router, "group_subscription").await;
    let seats = format!("{group}/seats");
    let nobody = ada.post(&seats, &seats, &[]).await;
    assert_eq!(nobody.location, Some(format!("{seats}?done=none-chosen")), "{}", nobody.html);
    for name in ["Bob", "Cleo"] {
        adds(&mut ada, &group, name).await;
    }
    world.limit_seats(id_of(&group), Some(1)).await;
    let ticked = |name: &str| {
        let dump = memory.dump();
        let mut members = dump.organizations[&id_of(&group)].members.values();
        let found = members.find(|it| it.name.as_str() == name).unwrap();
        found.id.to_string()
    };
    let (bob, cleo) = (ticked("Bob"), ticked("Cleo"));
    let told = ada.post(&seats, &seats, &[("member", &bob), ("member", &cleo)]).await;
    assert_eq!(told.status, StatusCode::CONFLICT);
    let (_, alert) = told.html.split_once("Not everybody got a seat.").unwrap();
    let (alert, _) = alert.split_once("</dl>").unwrap();
    assert!(alert.contains("<bdi>Cleo</bdi>") && alert.contains("seats are taken"), "{alert}");
    assert!(!alert.contains("Bob"), "{alert}");
}

#[tokio::test]
async fn a_long_line_of_those_who_wait_says_how_many_more_there_are() {
    let (world, _, router) = world();
    let (mut ada, school) = owner(&world, &router, "learning_platform").await;
    world.limit_seats(id_of(&school), Some(1)).await;
    let (seats, add) = (format!("{school}/seats"), format!("{school}/add-member"));
    ada.post(&seats, &format!("{seats}/when-full"), &[("when_full", "wait")]).await;
    for number in 0..102 {
        let first = format!("Pupil {number}");
        makes(&mut ada, &add, &add, &[("first_name", &first), ("last_name", "Ray"), ("role", "trainee")]).await;
    }
    let page = ada.get(&seats).await.html;
    assert!(page.contains("<span class=\"count\">102</span>") && page.contains("2 more wait after them."), "{page}");
    assert!(page.contains("100. <bdi>") && !page.contains("101. <bdi>"), "{page}");
}

#[tokio::test]
async fn s0_5_full_seats_need_attention_and_say_why_nobody_can_be_invited() {
    let (world, memory, router) = world();
    let (mut ada, account) = owner(&world, &router, "account").await;
    let id = id_of(&account);
    world.limit_seats(id, Some(1)).await;
    let overview = ada.get(&account).await.html;
    assert!(overview.contains("id=\"attention\"") && overview.contains("All seats are taken."), "{overview}");
    assert!(overview.contains(&format!("href=\"{account}/subscription\"")), "{overview}");
    for path in ["", "/members", "/invitations"] {
        let page = ada.get(&format!("{account}{path}")).await.html;
        assert!(page.contains(&format!("{WHY}<p>")) && page.contains("taken"), "{path}: {page}");
    }
    let own = memory.dump().organizations[&id].head.organization.owner.unwrap();
    let page = ada.get(&format!("{account}/members/{own}")).await.html;
    assert!(page.contains("<details class=\"why\">"), "what cannot be done to a member is told still: {page}");
    world.limit_seats(id, Some(2)).await;
    assert!(!ada.get(&account).await.html.contains(WHY));
}

#[tokio::test]
async fn s3_7_an_invitation_that_expired_long_ago_needs_no_attention() {
    let (world, memory, router) = world();
    let (mut ada, team) = owner(&world, &router, "team").await;
    let invite = format!("{team}/invite");
    let fields = [("addresses", "bob@example.org"), ("role", "member"), ("deliver", "mail")];
    ada.post(&invite, &invite, &fields).await;
    let invitation = *memory.dump().organizations[&id_of(&team)].invitations.keys().next().unwrap();
    let asked = ada.get(&format!("{team}/invitations/{invitation}/revoke")).await.html;
    assert!(asked.contains(&format!("<li><a href=\"{team}/invitations\"><bdi>Invitations</bdi></a></li>")), "{asked}");
    for (days, needs) in [(31, true), (31, false)] {
        world.pass(Duration::days(days));
        let mut ada = signed_in(&router, "ada@example.org").await;
        let overview = ada.get(&team).await.html;
        assert_eq!(overview.contains("One invitation has expired"), needs, "{overview}");
        let tab = ada.get(&format!("{team}/invitations?tab=expired")).await.html;
        assert!(tab.contains("bob@example.org"), "the list shows it still: {tab}");
    }
}

/// Shows of an invitation's mail what it would tell.
struct Telling;

impl Composer for Telling {
    fn built_in(&self, _: TemplateKey) -> Wording {
        Wording::of("Come".to_owned(), "{{ link }}".to_owned())
    }

    fn preview(&self, message: &Message, wording: &Wording) -> Result<Letter, String> {
        let Recipient::Address(to) = &message.to else { return Err("it has no recipient".to_owned()) };
        let Content::Invitation { role, message: words, expires_at, .. } = &message.content else {
            return Err("it invites nobody".to_owned());
        };
        let words = words.as_deref().unwrap_or("no words");
        let told = format!("{} | {role} | {words} | {} | {}", wording.text, expires_at.date(), message.language);
        Ok(Letter {
            id: message.id,
            to: to.clone(),
            sender_name: None,
            reply_to: None,
            subject: wording.subject.clone(),
            text: told.clone().into(),
            html: told.into(),
            date: message.created_at,
        })
    }
}

#[tokio::test]
async fn s0_8_an_inviter_sees_the_mail_with_what_was_typed() {
    let (mut world, _, _) = world();
    let memberships = world.memberships.clone().composing_with(Arc::new(Telling));
    world.accounts = Accounts::new(memberships, Arc::new(PlainPasswords::default()), AccountRules::default());
    let router = limited(&world, Limits::default());
    let (mut ada, portal) = owner(&world, &router, "member_portal").await;
    let add = format!("{portal}/add-member");
    let fields = [("name", "Grace"), ("role", "security_administrator"), ("set_up_link", "hand")];
    let shown = ada.post(&add, &add, &fields).await.html;
    // Whoever invites, and edits no texts.
    let mut grace = browser(&router);
    grace.get(&shown_link(&shown, "/join/")).await;
    let joined = grace.post("/join", "/join", &[("username", "grace"), ("password", PASSWORD)]).await;
    assert_eq!(joined.status, StatusCode::SEE_OTHER, "{}", joined.html);

    let (invite, preview) = (format!("{portal}/invite"), format!("{portal}/templates/invitation/en/preview"));
    let form = grace.get(&invite).await.html;
    assert!(form.contains(&format!("formaction=\"{preview}\" formtarget=\"mail-preview\"")), "{form}");
    let typed = |days: &'static str| {
        [
            ("addresses", ""),
            ("role", "member"),
            ("message", "Bring cake."),
            ("language", "fr"),
            ("expires_in_days", days),
            ("deliver", "mail"),
        ]
    };
    let seen = grace.post(&invite, &preview, &typed("3")).await;
    let until = (world.now() + Duration::days(3)).date();
    let told = format!("{{{{ link }}}} | member | Bring cake. | {until} | fr");
    assert!(seen.status == StatusCode::OK && seen.html.contains(&told), "{told}: {}", seen.html);
    let worded = [&typed("3")[..], &[("subject", "Hello"), ("text", "Dear all, {{ link }}")]].concat();
    let seen = grace.post(&invite, &preview, &worded).await;
    assert!(seen.html.contains("Dear all, {{ link }} | member | Bring cake."), "{}", seen.html);
    let wrong = grace.post(&invite, &preview, &typed("99")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.html.contains("30"), "what is wrong with the days: {}", wrong.html);
    let plain = ada.get(&preview).await;
    assert!(plain.html.contains("| no words |"), "{}", plain.html);
}

/// The policy that a page comes with, if it has one of its own.
async fn policy(browser: &Browser, path: &str) -> Option<String> {
    let cookies: Vec<_> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let request = Request::get(path).header(COOKIE, cookies.join("; ")).body(Body::empty()).unwrap();
    let answer = browser.router.clone().oneshot(request).await.unwrap();
    answer.headers().get(CONTENT_SECURITY_POLICY).map(|it| it.to_str().unwrap().to_owned())
}

#[tokio::test]
async fn s3_8_a_logo_stands_on_the_organizations_pages_and_may_be_fetched_there_only() {
    let (world, _, router) = world();
    let (mut ada, team) = owner(&world, &router, "team").await;
    let image = "<img class=\"logo";
    assert!(!ada.get(&team).await.html.contains(image));
    assert_eq!(policy(&ada, &team).await, None, "without a logo no page needs a policy of its own");

    let settings = format!("{team}/settings");
    let fields = [("logo_url", "https://cdn.example.org/acme/logo.png")];
    let saved = ada.post(&settings, &format!("{settings}/looks"), &fields).await;
    assert_eq!(saved.location, Some(format!("{settings}?done=looks-saved")), "{}", saved.html);
    let page = ada.get(&team).await.html;
    let shown = "src=\"https://cdn.example.org/acme/logo.png\" alt=\"\" width=\"30\" height=\"30\" \
                 referrerpolicy=\"no-referrer\"";
    assert!(page.contains(image) && page.contains(shown), "{page}");
    let own = policy(&ada, &team).await.unwrap();
    for part in ["default-src 'self';", "object-src 'none';", "img-src 'self' https://cdn.example.org"] {
        assert!(own.contains(part), "{part}: {own}");
    }
    assert_eq!(policy(&ada, "/organizations").await, None);
    assert_eq!(policy(&ada, &format!("{team}/members.csv")).await, None, "a file shows nothing");

    let invite = format!("{team}/invite");
    let fields = [("addresses", "bob@example.org"), ("role", "member"), ("deliver", "hand")];
    let handed = ada.post(&invite, &invite, &fields).await.html;
    let mut bob = browser(&router);
    bob.get(&shown_link(&handed, "/i/")).await;
    assert!(bob.get("/invitation").await.html.contains(image));
    assert_eq!(policy(&bob, "/invitation").await, Some(own));
}

#[tokio::test]
async fn s1_4_whoever_deletes_an_organization_reads_whom_it_hits() {
    let (world, _, router) = world();
    let (mut ada, team) = owner(&world, &router, "team").await;
    let settings = format!("{team}/settings");
    let alone = ada.get(&settings).await.html;
    assert!(alone.contains("Nobody but you is a member") && alone.contains("No invitation is outstanding."), "{alone}");
    adds(&mut ada, &team, "Grace").await;
    let invite = format!("{team}/invite");
    let fields = [("addresses", "bob@example.org, eve@example.org"), ("role", "member"), ("deliver", "mail")];
    ada.post(&invite, &invite, &fields).await;
    let page = ada.get(&settings).await.html;
    for told in ["All 2 members lose access at once", "2 outstanding invitations cannot be accepted any more."] {
        assert!(page.contains(told), "{told}: {page}");
    }
}

#[tokio::test]
async fn s2_13_only_who_can_come_in_is_found_and_a_group_leaves_a_session_by_a_second_press() {
    let (world, _, router) = world();
    let (mut ada, team) = owner(&world, &router, "team").await;
    let (grace, hedy) = (adds(&mut ada, &team, "Grace").await, adds(&mut ada, &team, "Hedy").await);
    let suspend = format!("{hedy}/suspend");
    ada.post(&suspend, &suspend, &[]).await;
    let groups = format!("{team}/groups");
    let group = makes(&mut ada, &groups, &groups, &[("name", "Early birds")]).await;
    let programs = format!("{team}/programs");
    let program = makes(&mut ada, &programs, &programs, &[("name", "Safety")]).await;
    let fields = [("title", "Spring"), ("starts_at", "2199-05-04T09:00"), ("ends_at", "2199-05-04T17:00")];
    let session = makes(&mut ada, &program, &format!("{program}/sessions"), &fields).await;

    // What was ticked stays when what was typed is refused.
    let many: String = (0..1_001).map(|it| format!("person{it}@example.org\n")).collect();
    let both = [("groups", group.rsplit('/').next().unwrap()), ("addresses", many.as_str())];
    let refused = ada.post(&session, &format!("{session}/enrolments"), &both).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for part in [
        &*format!("value=\"{}\" checked", both[0].1),
        "person1000@example.org",
        "at most 1,000 addresses at a time",
        "id=\"addresses-problem\"",
    ] {
        assert!(refused.html.contains(part), "{part}: {}", refused.html);
    }

    let found = "Bring in<span class=\"unseen\">: Grace";
    for place in [&group, &session] {
        let page = ada.get(&format!("{place}?who=gra")).await.html;
        assert!(page.contains(found), "{place}: {page}");
        let page = ada.get(&format!("{place}?who=hed")).await.html;
        assert!(page.contains("Nobody who could come in") && !page.contains("Bring in<span"), "{place}: {page}");
    }
    let id = grace.rsplit('/').next().unwrap();
    makes(&mut ada, &group, &format!("{group}/members"), &[("member", id), ("do", "in")]).await;
    let group_id = group.rsplit('/').next().unwrap();
    makes(&mut ada, &session, &format!("{session}/enrolments"), &[("groups", group_id)]).await;
    for place in [&group, &session] {
        let page = ada.get(&format!("{place}?who=gra")).await.html;
        assert!(page.contains("In already") && !page.contains(found), "{place}: {page}");
    }

    let withdrawal = format!("{session}/groups/{group_id}/withdrawal");
    let page = ada.get(&session).await.html;
    assert!(page.contains(&format!("href=\"{withdrawal}\"")) && page.contains("Group: Early birds"), "{page}");
    let asked = ada.get(&withdrawal).await.html;
    assert!(asked.contains("One person is enrolled through this group."), "{asked}");
    let session_id = session.rsplit('/').next().unwrap();
    let done = ada.post(&withdrawal, &withdrawal, &[]).await;
    assert_eq!(done.location, Some(format!("{session}?done=withdrawn&of={session_id}")), "{}", done.html);
    assert!(!ada.get(&session).await.html.contains("Group: Early birds"));
}

#[tokio::test]
async fn s4_1_personal_links_that_came_back_need_attention() {
    let (world, _, router) = world();
    let (mut ada, portal) = owner(&world, &router, "member_portal").await;
    let add = format!("{portal}/add-member");
    let fields = [("name", "Grace"), ("role", "member"), ("email", "grace@example.org"), ("set_up_link", "mail")];
    makes(&mut ada, &add, &add, &fields).await;
    let bounced = format!("href=\"{portal}/roster?invited=bounced\"");
    let overview = ada.get(&portal).await.html;
    assert!(overview.contains("One member has not set up a login yet.") && !overview.contains(&bounced), "{overview}");

    let outbox = &world.stores.outbox;
    for message in outbox.due(10).await.unwrap() {
        outbox.claim(message, Duration::MINUTE).await.unwrap();
        outbox.settle(message, &Attempt::Bounced { reason: "550 no such mailbox".to_owned() }).await.unwrap();
    }
    let overview = ada.get(&portal).await.html;
    for part in ["The mail with one personal link came back.", &bounced] {
        assert!(overview.contains(part), "{part}: {overview}");
    }
    assert!(ada.get(&format!("{portal}/roster?invited=bounced")).await.html.contains("Grace"));
}

#[tokio::test]
async fn a_long_line_of_those_who_wait_for_a_seat_says_how_long_it_is() {
    let (world, _, router) = world();
    let (mut ada, platform) = owner(&world, &router, "learning_platform").await;
    world.limit_seats(id_of(&platform), Some(1)).await;
    let seats = format!("{platform}/seats");
    makes(&mut ada, &seats, &format!("{seats}/when-full"), &[("when_full", "wait")]).await;
    let add = format!("{platform}/add-member");
    for number in 1..=102 {
        let last = format!("Hopper {number}");
        makes(&mut ada, &add, &add, &[("first_name", "Grace"), ("last_name", &last), ("role", "trainee")]).await;
    }
    let page = ada.get(&seats).await.html;
    for part in ["Waiting for a seat <span class=\"count\">102</span>", "100. <bdi>", "2 more wait after them."] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("101. <bdi>"), "{page}");
}
