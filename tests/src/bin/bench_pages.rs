//! How heavy a page is: the first page of a list of ten thousand members, as a browser gets it.
//!
//! `cargo xtask bench pages` finds the browser and runs it. It fails when a page is heavier than promised.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use membership_core::prelude::*;
use membership_core::system::SystemRandom;
use membership_sqlite::SqliteStore;
use membership_tests::browser::Browser;
use membership_tests::gallery::SIZES;
use membership_tests::process::Start;

/// What is promised of a first visit: bytes over the network, and requests.
const MOST_BYTES: f64 = 60_000.0;
const MOST_REQUESTS: f64 = 5.0;
const MEMBERS: usize = 10_000;

#[tokio::main]
async fn main() -> ExitCode {
    let members = std::env::args().nth(1).and_then(|it| it.parse().ok()).unwrap_or(MEMBERS);
    let data = tempfile::tempdir().expect("a temporary folder");
    let server = Start { data_dir: data.path().to_owned(), ..Start::default() }.run().await;
    let set_up = server.printed.iter().find(|line| line.contains("/set-up/")).expect("a link").trim().to_owned();
    let ada = Browser::open(1280, 860).await;
    ada.goto(&set_up).await;
    ada.fill("Your name", "Ada Lovelace").await;
    ada.fill("E-mail address", "ada@example.org").await;
    ada.fill("Password", membership_tests::deployment::PASSWORD).await;
    ada.click("Begin").await;
    ada.sees("You are the operator").await;
    ada.click("New organization").await;
    ada.fill("Name of the organization", "Ten Thousand").await;
    ada.click("Create the organization").await;
    ada.sees("The organization is ready").await;
    let url = ada.page.current_url().await.expect("an address");
    let organization = url.path().trim_start_matches("/organizations/").to_owned();
    let began = Instant::now();
    let store = Arc::new(SqliteStore::open_file(data.path().join("membership.db")).await.expect("the store opens"));
    fill(store, &organization, members).await;
    println!("{members} members let in by invitation in {:.1} s", began.elapsed().as_secs_f64());
    let path = format!("{}/organizations/{organization}/members", server.origin);

    let mut kept = true;
    for (device, size) in SIZES {
        ada.size(size).await;
        kept &= measure(&ada, device, &path).await;
    }
    // What counts shifts can see one.
    ada.script("document.querySelector('main').style.marginTop = '200px'").await;
    ada.script_later("requestAnimationFrame(() => setTimeout(() => done(null), 50))").await;
    let shifted = ada.script(MEASURE).await["shift"].as_f64().unwrap_or_default();
    assert!(shifted > 0.0, "a page that was moved counts as moved");
    ada.close().await;
    println!(
        "promised: less than 60 kB, at most 5 requests, no layout shift: {}",
        if kept { "kept" } else { "BROKEN" }
    );
    if kept { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Visits the list for the first time and again, and says whether what is promised was kept.
async fn measure(ada: &Browser, device: &str, path: &str) -> bool {
    let mut times = Vec::new();
    let mut measured = serde_json::Value::Null;
    for visit in 0..6 {
        if visit == 0 {
            ada.devtools("Network.clearBrowserCache", serde_json::json!({})).await;
        }
        ada.goto(path).await;
        ada.sees("Ada Lovelace").await;
        let now = ada.script(MEASURE).await;
        if visit == 0 {
            measured = now;
        } else {
            times.push(now["server"].as_f64().unwrap_or_default());
        }
    }
    times.sort_by(f64::total_cmp);
    let number = |name: &str| measured[name].as_f64().unwrap_or(f64::MAX);
    println!(
        "{device}, first visit: {} requests, {:.1} kB transferred, layout shift {:.3}",
        number("requests"),
        number("bytes") / 1000.0,
        number("shift")
    );
    println!(
        "of that the page itself: {:.1} kB for {:.1} kB of HTML",
        number("page") / 1000.0,
        number("html") / 1000.0
    );
    println!(
        "server time of {} later visits: median {:.1} ms, worst {:.1} ms",
        times.len(),
        times[times.len() / 2],
        times[times.len() - 1]
    );
    number("bytes") < MOST_BYTES && number("requests") <= MOST_REQUESTS && number("shift") == 0.0
}

/// What the browser measured of the page it shows.
const MEASURE: &str = "
    const page = performance.getEntriesByType('navigation')[0], rest = performance.getEntriesByType('resource');
    const all = [page, ...rest];
    let shift = 0;
    const seen = new PerformanceObserver(() => {});
    seen.observe({ type: 'layout-shift', buffered: true });
    for (const it of seen.takeRecords()) shift += it.value;
    return { requests: all.length, bytes: all.reduce((sum, it) => sum + it.transferSize, 0), shift,
        page: page.transferSize, html: page.decodedBodySize, server: page.responseStart - page.requestStart };";

/// Lets people in as an embedding program does, by the rules.
async fn fill(store: Arc<SqliteStore>, organization: &str, members: usize) {
    let random = Arc::new(SystemRandom::new().expect("randomness"));
    let links = Arc::new(HmacLinks::new(LinkKey::new(1, [7; 32]), vec![]));
    let directory: Arc<dyn Directory> = store.clone();
    let store: Arc<dyn Store> = store;
    let memberships = Memberships::new(Ports {
        store,
        directory: directory.clone(),
        links,
        random,
        limits: MailLimits::off(),
        doorbell: None,
    });
    let organization: OrganizationId = organization.parse().expect("an id");
    let query = membership_core::port::MemberQuery { limit: 1, ..Default::default() };
    let owner = directory.members(organization, &query).await.expect("the owner").items[0].user.expect("a user");
    for batch in (0..members).collect::<Vec<_>>().chunks(100) {
        let offers = batch.iter().map(|n| NewOffer::to(address(*n))).collect();
        let views = memberships.invite_many(organization, owner, offers).await.expect("invitations");
        for (n, view) in batch.iter().zip(views) {
            let link = memberships.invitation_link(organization, &view.expect("an invitation"));
            let name = format!("{} {}", FIRST[n % FIRST.len()], LAST[n / FIRST.len() % LAST.len()]);
            let person = Person {
                user: UserId(uuid::Uuid::from_u128(1_000 + *n as u128)),
                name: name.parse().expect("a name"),
                verified: vec![address(*n)],
                language: None,
            };
            memberships.accept(link.expose_secret(), person).await.expect("a membership");
        }
    }
}

fn address(n: usize) -> EmailAddress {
    format!("member.{n}@example.org").parse().expect("an address")
}

const FIRST: [&str; 12] =
    ["Ada", "Bo", "Chloé", "Dmitri", "Émile", "Fatima", "Grace", "Hiroko", "Ines", "Jón", "Keala", "Liam"];
const LAST: [&str; 9] =
    ["Abayomi", "Björnsson", "Châtelain", "Díaz", "Eriksen", "Featherstonehaugh", "Gauß", "Hopper", "Ibáñez"];
