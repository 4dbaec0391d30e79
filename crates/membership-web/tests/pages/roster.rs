//! The roster, its rounds, and the report of who has a login (S4.1–S4.3, S4.6); a member's profile (S2.12).

use http::StatusCode;
use membership_core::changes::Changes;
use membership_core::draft::{Actor, Draft};
use membership_core::event::Event;
use membership_core::facts::Scope;
use membership_core::id::{MemberId, OrganizationId, RoundId};
use membership_core::port::Random;
use membership_core::quota::MailLimits;
use membership_core::roster::{Audience, LeftOutCounts, Round};
use membership_http::Limits;
use membership_testkit::World;

use crate::browser::{Browser, PASSWORD, browser, id_of, limited, owner, shown_link, world};

async fn adds(ada: &mut Browser, portal: &str, name: &str, more: &[(&str, &str)]) {
    let add = format!("{portal}/add-member");
    let added = ada.post(&add, &add, &[&[("name", name), ("role", "member")], more].concat()).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.html);
}

/// Somebody sets up a login by a link that is handed over.
async fn sets_up(ada: &mut Browser, router: &axum::Router, portal: &str, name: &str) {
    let add = format!("{portal}/add-member");
    let fields = [("name", name), ("role", "member"), ("set_up_link", "hand")];
    let shown = ada.post(&add, &add, &fields).await.html;
    let mut newcomer = browser(router);
    newcomer.get(&shown_link(&shown, "/join/")).await;
    let username = name.to_lowercase();
    let done = newcomer.post("/join", "/join", &[("username", &username), ("password", PASSWORD)]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.html);
}

#[tokio::test]
async fn s4_2_the_roster_shows_number_and_label_and_writes_to_those_ticked() {
    let (world, memory, router) = world();
    let (mut ada, portal) = owner(&world, &router, "member_portal").await;
    let roster = format!("{portal}/roster");
    adds(
        &mut ada,
        &portal,
        "Grace",
        &[("email", "grace@example.org"), ("number", "1898-7"), ("labels", "eights | coxes")],
    )
    .await;
    world.pass(time::Duration::minutes(1));
    adds(&mut ada, &portal, "Hedy", &[("email", "hedy@example.org")]).await;
    adds(&mut ada, &portal, "Ida", &[]).await;
    let add = format!("{portal}/add-member");
    let twice = ada.post(&add, &add, &[("name", "Jon"), ("role", "member"), ("number", "1898-7")]).await;
    assert!(twice.html.contains("This number belongs to another member"), "{}", twice.html);
    let page = ada.get(&roster).await;
    for part in ["No. 1898-7", "eights", "coxes", "No address"] {
        assert!(page.html.contains(part), "{part}: {}", page.html);
    }
    assert_eq!(page.html.matches("type=\"checkbox\"").count(), 2, "whoever has an address can be ticked");
    assert!(!page.html.contains("hx-trigger=\"every"), "nothing is asked for again while nothing is under way");
    let newest = ada.get(&format!("{roster}?sort=newest")).await.html;
    assert!(newest.find("Hedy").unwrap() < newest.find("Grace").unwrap());

    let members = memory.dump().organizations[&id_of(&portal)].members.clone();
    let id = |name: &str| members.values().find(|it| it.name.as_str() == name).unwrap().id.to_string();
    let (grace, ida) = (id("Grace"), id("Ida"));
    let none = ada.post(&roster, &roster, &[]).await;
    assert!(none.html.contains("Tick at least one member."), "{}", none.html);
    let trial = ada.post(&roster, &roster, &[("member", &grace), ("member", &ida)]).await;
    assert!(trial.html.contains("One person gets a mail with a personal link."), "{}", trial.html);
    assert!(trial.html.contains("one has no address: hand them their link"), "{}", trial.html);
    let sent = ada.post(&roster, &roster, &[("member", &grace), ("member", &ida), ("sure", "yes")]).await;
    assert_eq!(sent.location, Some(format!("{roster}?done=round-started")), "{}", sent.html);

    // While the round is under way the page asks how far it is; then it does not.
    let page = ada.get(&roster).await;
    assert!(page.html.contains("hx-trigger=\"every 3s\"") && page.html.contains("Round 1 is under way"));
    assert!(page.html.contains(&format!("href=\"{roster}\">Show how far it is now")), "without a script too");
    let again = ada.post(&roster, &roster, &[("member", &grace), ("sure", "yes")]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.html.contains("Round 1 is under way. Wait"), "{}", again.html);
    assert!(again.html.contains(&format!("id=\"member-{grace}\" checked")), "it stays ticked: {}", again.html);
    let organization = id_of(&portal);
    let facts = world.memberships.roster(organization, Actor::System).await.unwrap();
    world.memberships.send_round_chunk(organization, facts.rounds.items[0].id, 0).await.unwrap();
    let page = ada.get(&roster).await;
    assert!(!page.html.contains("hx-trigger=\"every") && page.html.contains("written to in one round"));
    let link = format!("{roster}?invited=round-1");
    assert!(page.html.contains(&format!("href=\"{link}\">Who of them still has no login")), "{}", page.html);
    let written = ada.get(&link).await.html;
    assert!(written.contains("Grace") && !written.contains("Hedy"), "{written}");

    // One that stood still for an hour is not said to be under way any more.
    adds(&mut ada, &portal, "Kim", &[("email", "kim@example.org")]).await;
    ada.post(&roster, &roster, &[("to", "all"), ("sure", "yes")]).await;
    world.clock.advance(Round::GIVEN_UP_AFTER);
    let page = ada.get(&roster).await;
    assert!(page.html.contains("stopped") && !page.html.contains("hx-trigger=\"every"), "{}", page.html);
}

#[tokio::test]
async fn a54_a_round_says_whose_mailbox_has_had_enough() {
    let limits = MailLimits { invitations_per_recipient: "1/d".parse().unwrap(), ..MailLimits::off() };
    let (world, memory) = World::with_memory();
    let world = world.with_limits(limits);
    let router = limited(&world, Limits::default());
    let (mut ada, portal) = owner(&world, &router, "member_portal").await;
    let roster = format!("{portal}/roster");
    adds(&mut ada, &portal, "Grace", &[("email", "grace@example.org"), ("set_up_link", "mail")]).await;
    adds(&mut ada, &portal, "Hedy", &[("email", "hedy@example.org")]).await;
    let told = "one has been sent as much as their mailbox may get for now";
    let organization = id_of(&portal);
    let members = memory.dump().organizations[&organization].members.clone();
    let ids: Vec<_> = members.values().filter(|it| it.user.is_none()).map(|it| it.id.to_string()).collect();
    let ticked: Vec<_> = ids.iter().map(|id| ("member", id.as_str())).collect();
    let trial = ada.post(&roster, &roster, &ticked).await;
    for part in ["One person gets a mail with a personal link.", told] {
        assert!(trial.html.contains(part), "{part}: {}", trial.html);
    }

    // A filter does not tell it before, but the round does.
    let sent = ada.post(&roster, &roster, &[("to", "all"), ("sure", "yes")]).await;
    assert_eq!(sent.location, Some(format!("{roster}?done=round-started")), "{}", sent.html);
    let rounds = world.memberships.roster(organization, Actor::System).await.unwrap().rounds.items;
    world.memberships.send_round_chunk(organization, rounds[0].id, 0).await.unwrap();
    let page = ada.get(&roster).await;
    assert!(page.html.contains("written to in one round") && page.html.contains(told), "{}", page.html);
}

/// Rounds that were sent one an hour, the last one now.
#[expect(clippy::unwrap_used, reason = "a round that cannot be stored is a failed test")]
async fn were_sent(world: &World, organization: OrganizationId, count: u32) {
    let session = world.stores.store.open(&Scope::of(organization)).await.unwrap();
    let mut draft = Draft::new(session.facts(), Actor::System);
    for number in 1..=count {
        let at = world.now() - time::Duration::hours(i64::from(count - number));
        let round = Round {
            id: RoundId(world.random.id()),
            number,
            audience: Audience::Matching { text: None, role: None, group: None, invited: None },
            started_by: MemberId(world.random.id()),
            starter: "Ada".to_owned(),
            started_at: at,
            moved_at: at,
            finished_at: Some(at),
            chunks: 1,
            after: None,
            mailed: 3,
            left_out: LeftOutCounts::new(),
            version: 1,
        };
        draft.record(Event::RoundStarted { round });
    }
    let changes = Changes::of(session.facts(), &draft.reply(()), None, None);
    session.commit(changes).await.unwrap();
}

#[tokio::test]
async fn s4_3_older_rounds_are_a_page_further_and_the_report_says_how_many_it_leaves_out() {
    let (world, _, router) = world();
    let (mut ada, portal) = owner(&world, &router, "member_portal").await;
    were_sent(&world, id_of(&portal), 410).await;
    let roster = format!("{portal}/roster");
    let numbers = |html: &str| -> Vec<u32> {
        let titles = html.split("<span class=\"row-title\">Round ").skip(1);
        titles.map(|it| it.split('<').next().unwrap().parse().unwrap()).collect()
    };
    let page = ada.get(&roster).await.html;
    assert_eq!(numbers(&page), (391..=410).rev().collect::<Vec<u32>>());
    assert!(page.contains("Rounds <span class=\"count\">410</span>"), "{page}");
    let older = format!("{roster}?before=391");
    assert!(page.contains(&format!("href=\"{older}#rounds\">Older rounds</a>")), "{page}");
    let page = ada.get(&older).await.html;
    assert_eq!(numbers(&page), (371..=390).rev().collect::<Vec<u32>>());
    assert!(page.contains(">Round 410</a>"), "the latest ones are chosen from as before: {page}");
    let page = ada.get(&format!("{roster}?before=11")).await.html;
    assert_eq!(numbers(&page), (1..=10).rev().collect::<Vec<u32>>());
    assert!(!page.contains("Older rounds"), "{page}");

    let report = ada.get(&format!("{roster}/report")).await.html;
    assert_eq!(report.matches("class=\"chart-mark\"").count(), 400);
    assert!(report.contains("10 earlier rounds of this time are not marked."), "{report}");
    let report = ada.get(&format!("{roster}/report?days=5")).await.html;
    let marked = report.matches("class=\"chart-mark\"").count();
    assert!((96..=120).contains(&marked) && !report.contains("not marked"), "{marked}: {report}");
}

#[tokio::test]
async fn s4_6_the_report_shows_who_signed_in_and_draws_the_logins() {
    let (world, _, router) = world();
    let (mut ada, portal) = owner(&world, &router, "member_portal").await;
    let report = format!("{portal}/roster/report");
    assert!(ada.get(&format!("{portal}/roster")).await.html.contains(&report));
    sets_up(&mut ada, &router, &portal, "Grace").await;
    adds(&mut ada, &portal, "Hedy", &[]).await;
    let initial = [("username", "ida.b"), ("password", "first come and choose your own")];
    adds(&mut ada, &portal, "Ida", &initial).await;
    let page = ada.get(&report).await;
    assert_eq!(page.status, StatusCode::OK);
    for part in [
        "<svg class=\"chart\"",
        "role=\"img\" aria-labelledby=\"chart-title chart-told\"",
        "Logins over time",
        "3 logins at the end.",
        "With a login (3)",
        "Without a login (1)",
        "Never signed in (1)",
        "The same as a table",
        "No login yet: Never invited",
        "login unused",
    ] {
        assert!(page.html.contains(part), "{part}: {}", page.html);
    }
    let names = |html: &str| ["Ada", "Grace", "Hedy", "Ida"].map(|it| html.contains(&format!("{it}</bdi></a>")));
    for (query, found) in [
        ("", [true; 4]),
        ("?who=with", [true, true, false, true]),
        ("?who=without", [false, false, true, false]),
        ("?who=never", [false, false, false, true]),
        ("?since=2000-01-01", [true, true, false, false]),
        ("?since=2199-01-01", [false; 4]),
        ("?q=gra&who=with&sort=last-login&days=30", [false, true, false, false]),
        ("?days=365&sort=login-since", [true; 4]),
    ] {
        assert_eq!(names(&ada.get(&format!("{report}{query}")).await.html), found, "{query}");
    }
    // A search in place replaces the list, and what leads elsewhere with the same search.
    let page = ada.get(&format!("{report}?q=gra")).await.html;
    assert!(page.contains("hx-target=\"#listed\"") && page.contains("hx-select-oob=\"#spans\""), "{page}");
    let spans = page.split("id=\"spans\"").nth(1).unwrap().split("</nav>").next().unwrap();
    assert_eq!(spans.matches("q=gra").count(), 3, "{spans}");
    let broken = ada.get(&format!("{report}?since=yesterday")).await;
    assert_eq!(broken.status, StatusCode::UNPROCESSABLE_ENTITY);
    for part in ["This is not a date. It should look like", "href=\"#since\"", "aria-describedby=\"since-problem\""] {
        assert!(broken.html.contains(part), "{part}: {}", broken.html);
    }
    let file = ada.get(&format!("{report}.csv?who=never")).await;
    assert!(file.html.starts_with("member_id,number,name") && file.html.contains("Ida"), "{}", file.html);
    assert!(!file.html.contains("Grace"), "{}", file.html);

    // Whoever manages no logins is not shown it.
    let mut grace = browser(&router);
    grace.post("/sign-in", "/sign-in", &[("login", "grace"), ("password", PASSWORD)]).await;
    assert_eq!(grace.get(&report).await.status, StatusCode::FORBIDDEN);
    assert_eq!(grace.get(&format!("{report}.csv")).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn s2_12_role_and_deactivation_date_are_changed_in_the_members_profile() {
    let (world, memory, router) = world();
    let (mut ada, platform) = owner(&world, &router, "learning_platform").await;
    let add = format!("{platform}/add-member");
    let fields = [("first_name", "Grace"), ("last_name", "Hopper"), ("role", "trainee")];
    ada.post(&add, &add, &fields).await;
    let member = |memory: &membership_testkit::MemoryStore| {
        let dump = memory.dump();
        dump.organizations[&id_of(&platform)].members.values().find(|it| it.user.is_none()).unwrap().clone()
    };
    let id: MemberId = member(&memory).id;
    let profile = format!("{platform}/members/{id}");
    let page = ada.get(&profile).await.html;
    let (role, date) = (format!("{profile}/role"), format!("{profile}/deactivation-date"));
    assert!(page.contains(&role) && page.contains(&date), "the profile leads to both");
    let changed = ada.post(&role, &role, &[("role", "author")]).await;
    assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.html);
    assert_eq!(member(&memory).role.as_str(), "author");
    let past = ada.post(&date, &date, &[("at", "2001-01-01")]).await;
    assert!(past.html.contains("id=\"at-problem\""), "{}", past.html);
    let set = ada.post(&date, &date, &[("at", "2199-05-04")]).await;
    assert_eq!(set.status, StatusCode::SEE_OTHER, "{}", set.html);
    let page = ada.get(&profile).await.html;
    assert!(page.contains("4 May 2199") && page.contains("Author"), "{page}");
    let cleared = ada.post(&date, &date, &[("at", "")]).await;
    assert_eq!(cleared.status, StatusCode::SEE_OTHER, "{}", cleared.html);
    assert_eq!(member(&memory).deactivates_at, None);
    let now = world.memberships.ports().store.read(&Scope::default()).await.unwrap().now;
    assert_eq!(member(&memory).status_at(now), membership_core::member::MemberStatus::Active);
}
