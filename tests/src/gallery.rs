//! Every page of the example, for whoever looks at all of them: the accessibility check and the pictures.

use std::collections::BTreeSet;
use std::path::Path;

use membership_core::port::Clock;
use membership_core::system::SystemClock;
use membership_core::totp::{STEP_SECONDS, TotpSecret};
use serde_json::{Value, json};
use sqlx::SqlitePool;
use tempfile::TempDir;
use uuid::Uuid;

use crate::browser::Browser;
use crate::large_organization;
use crate::process::{Process, Start};

/// The example on a server of its own.
pub struct Example {
    server: Process,
    folder: TempDir,
}

impl Example {
    /// Starts it.
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let server = Start { data_dir: folder.path().to_owned(), demo: true, ..Start::default() }.run().await;
        Self { server, folder }
    }

    /// Takes an import that is done back to where two fifths of its rows were, and keeps the server from going on: one that
    /// goes on is through before anybody has looked.
    async fn holds(&self, import: &str) {
        let id: Uuid =
            import.rsplit('/').next().and_then(|id| id.parse().ok()).expect("the import's page ends with its id");
        let file = self.folder.path().join("demo/membership.db");
        let pool = SqlitePool::connect(&format!("sqlite://{}", file.display())).await.expect("the database opens");
        let back = "UPDATE imports SET state = 'running', done = total * 2 / 5, finished_at = NULL, leased_until = ?2
            WHERE id = ?1 AND state = 'done'";
        let held = sqlx::query(back).bind(id).bind(i64::MAX).execute(&pool).await.expect("the import is held");
        assert_eq!(held.rows_affected(), 1, "the import was done");
        pool.close().await;
    }
}

/// Which pages are asked for.
#[derive(Debug, Default)]
pub struct Asked {
    /// How their names begin.
    pub only: String,
    /// Whether they are in French instead of English.
    pub french: bool,
    /// Whether lists of a thousand are among them; an organization is filled for those.
    pub large: bool,
}

/// Who looks at a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Viewer {
    /// Whoever is not signed in.
    Nobody,
    /// Somebody with a password.
    Person(&'static str),
    /// Zoe, who shows a second factor at sign-in.
    Zoe,
    /// Zoe in a browser in which she has signed in before she had a second factor.
    ZoeBefore,
}

const ADA: Viewer = Viewer::Person(ADA_LOGIN);
const ADA_LOGIN: &str = "ada@example.org";
const ZOE_LOGIN: &str = "zoe@example.org";

/// What Zoe comes back with.
struct Zoe {
    /// The cookies of the sign-in from before.
    before: Value,
    /// Recovery codes, each for one sign-in.
    codes: Vec<String>,
}

/// A page of the example.
#[derive(Debug, Clone)]
pub struct Scene {
    /// The picture's name.
    pub name: &'static str,
    /// Who looks.
    pub viewer: Viewer,
    /// Where it is.
    pub path: String,
    /// What is done there before anybody looks, as a script, and whether that leads to another page.
    pub then: Option<(&'static str, bool)>,
}

impl Scene {
    fn at(name: &'static str, viewer: Viewer, path: impl Into<String>) -> Self {
        let then = THEN.iter().find(|(of, _, _)| *of == name).map(|(_, script, leaves)| (*script, *leaves));
        Self { name, viewer, path: path.into(), then }
    }
}

/// What is done on a page before it is looked at, and whether it leads to another page.
const THEN: &[(&str, &str, bool)] = &[
    (
        "second-factor",
        "document.getElementById('login').value = 'zoe@example.org';
         document.getElementById('password').value = 'correct horse battery staple';
         document.querySelector('form[action=\"/sign-in\"]').requestSubmit();",
        true,
    ),
    ("authenticator-picture", "document.querySelector('main button[value=begin]').click()", true),
    ("members-ticked", TICK, false),
    (
        "members-remove",
        "document.querySelectorAll('[form=several]').forEach(it => it.click());
         document.getElementById('deed').value = 'remove'; document.getElementById('several').requestSubmit();",
        true,
    ),
    (
        "invite-judged",
        "document.getElementById('addresses').value = 'new.person@example.org\\nnot an address\\ngrace@example.org';
         document.querySelector('button[value=check]').click();",
        true,
    ),
    (
        "invite-text",
        "document.querySelector('details.more').open = true; document.querySelector('button[value=word]').click();",
        true,
    ),
    (
        "import-trial",
        "document.getElementById('rows').value = 'Germain, Sophie, sophie@example.org\\nMeitner, Lise, nowhere';
         document.querySelector('button[value=try]').click();",
        true,
    ),
    ("round-trial", "document.querySelector('input[name=to][value=all]').form.requestSubmit()", true),
    ("letter", HAND_OVER, true),
    (
        "key-shown",
        "document.getElementById('name').value = 'Timetable';
         document.querySelector('#main input[type=checkbox]').checked = true;
         document.querySelector('#main form').requestSubmit();",
        true,
    ),
    ("recovery-codes", "document.querySelector('#main form').requestSubmit()", true),
    ("link-shown", "document.querySelector('#main form').requestSubmit()", true),
    ("member-menu", "document.querySelectorAll('.rows .menu')[1].open = true", false),
    ("switcher", "document.querySelector('.site .menu').open = true", false),
    (
        "form-wrong",
        "document.getElementById('name').value = '<b>'; document.querySelector('main form').noValidate = true;
         document.querySelector('main form').requestSubmit();",
        true,
    ),
];

/// Asks for a personal link to hand over instead of one by mail.
const HAND_OVER: &str = "document.querySelector('#main form input[value=hand]').checked = true;
     document.querySelector('#main form').requestSubmit();";

/// Ticks two members.
const TICK: &str = "[...document.querySelectorAll('[form=several]')].slice(0, 2).forEach(it => it.click())";

/// A phone and a desktop.
pub const SIZES: [(&str, (u32, u32)); 2] = [("desktop", (1280, 860)), ("phone", (390, 844))];

/// How devices ask for pages.
pub const SCHEMES: [&str; 2] = ["light", "dark"];

/// The pages, those of one person after another, and what Zoe comes back with. Nobody is signed in before and afterwards.
async fn scenes(browser: &Browser, example: &Example) -> (Vec<Scene>, Zoe) {
    let origin = example.server.origin.as_str();
    browser.sign_in(origin, ADA_LOGIN).await;
    browser.sees("▾").await;
    found(browser, origin, EMPTY).await;
    let at_work = found(browser, origin, AT_WORK).await;
    let held = import(browser, &at_work, HELD_ROWS).await;
    import(browser, &at_work, ROWS).await;
    clear_logins(browser, &at_work).await;
    example.holds(&held).await;
    sign_out(browser, origin).await;
    let mut zoe = set_up_app(browser, origin).await;
    let mut scenes: Vec<_> = NOBODY.iter().map(|(name, path)| Scene::at(name, Viewer::Nobody, *path)).collect();
    scenes.extend(invitations(browser, origin).await);
    scenes.push(Scene::at(UNDER_WAY, ADA, held));
    for (viewer, pages) in PERSONS {
        enter(browser, origin, viewer, &mut zoe).await;
        for (name, organization, page) in pages {
            let base = match *organization {
                "" => String::new(),
                organization => home_of(browser, origin, organization).await,
            };
            let path = follow(browser, origin, &base, page).await;
            scenes.push(Scene::at(name, viewer, path));
        }
    }
    sign_out(browser, origin).await;
    scenes.extend(SECOND_FACTOR.iter().map(|(name, viewer, path)| Scene::at(name, *viewer, *path)));
    (scenes, zoe)
}

/// The pages with lists of a thousand, if some are asked for. They come last, so that the organization they are of stands on
/// no other page.
async fn large_scenes(browser: &Browser, origin: &str, asked: &Asked, zoe: &mut Zoe) -> Vec<Scene> {
    let mut scenes = Vec::new();
    if asked.large && LARGE.iter().any(|(name, _)| name.starts_with(&asked.only)) {
        let base = large_organization::found(origin, ADA_LOGIN).await;
        browser.speaks("en").await;
        enter(browser, origin, ADA, zoe).await;
        for (name, page) in LARGE {
            scenes.push(Scene::at(name, ADA, follow(browser, origin, &base, page).await));
        }
    }
    scenes
}

/// Comes as somebody, in place of whoever was there.
async fn enter(browser: &Browser, origin: &str, who: Viewer, zoe: &mut Zoe) {
    sign_out(browser, origin).await;
    match who {
        Viewer::Nobody => return,
        Viewer::Person(login) => browser.sign_in(origin, login).await,
        Viewer::Zoe => {
            browser.sign_in(origin, ZOE_LOGIN).await;
            browser.sees("Your second factor").await;
            browser.fill("Code", &zoe.codes.pop().expect("a recovery code is left")).await;
            browser.click("Sign in").await;
        }
        Viewer::ZoeBefore => {
            browser.devtools("Network.setCookies", zoe.before.clone()).await;
            browser.goto(&format!("{origin}/organizations")).await;
        }
    }
    browser.sees("▾").await;
}

/// Founds a learning platform of that name, and gives its address.
async fn found(browser: &Browser, origin: &str, name: &str) -> String {
    browser.goto(&format!("{origin}/organizations/new")).await;
    browser.fill("Name of the organization", name).await;
    browser.click("Learning platform").await;
    browser.click("Create the organization").await;
    browser.sees("The organization is ready").await;
    let here = browser.page.current_url().await.expect("the page has an address");
    format!("{origin}{}", here.path())
}

/// Imports these rows, and gives the path of the import.
async fn import(browser: &Browser, organization: &str, rows: &str) -> String {
    browser.goto(&format!("{organization}/members/import")).await;
    browser.script(&format!("document.getElementById('rows').value = '{rows}'")).await;
    browser.click("Show me what would happen").await;
    browser.press_on("//button[@value='start']").await;
    browser.sees("To the members").await;
    browser.page.current_url().await.expect("the page has an address").path().to_owned()
}

/// Clears all logins, and waits until they are.
async fn clear_logins(browser: &Browser, organization: &str) {
    browser.goto(&format!("{organization}/roster/clear-logins")).await;
    browser.fill("Type the organization's name to confirm", AT_WORK).await;
    browser.click("Clear all logins").await;
    let cleared = "//*[@id='clears' and contains(normalize-space(.), 'Logins cleared')]";
    let mut patience = 0..6;
    while !browser.comes(cleared).await {
        assert!(patience.next().is_some(), "the logins are not cleared:\n{}", browser.text().await);
    }
}

/// Signs Zoe in twice, and sets up an authenticator app in the second of the sign-ins: later ones ask for it.
async fn set_up_app(browser: &Browser, origin: &str) -> Zoe {
    browser.sign_in(origin, ZOE_LOGIN).await;
    browser.sees("▾").await;
    let before = browser.devtools("Network.getAllCookies", json!({})).await;
    sign_out(browser, origin).await;
    browser.sign_in(origin, ZOE_LOGIN).await;
    browser.sees("▾").await;
    browser.goto(&format!("{origin}/profile/security/app")).await;
    browser.click("Show the picture").await;
    browser.sees("Read this picture with your app").await;
    let shown = browser.script("return document.querySelector('code.secret').textContent").await;
    let text: String = shown.as_str().unwrap_or_default().chars().filter(char::is_ascii_alphanumeric).collect();
    let bytes = data_encoding::BASE32_NOPAD.decode(text.as_bytes()).expect("the secret is base 32");
    let secret = TotpSecret::from_bytes(&bytes).expect("a secret");
    let now = u64::try_from(SystemClock.now().unix_timestamp()).expect("it is after 1970");
    browser.fill("The code that the app shows", &secret.code(now / STEP_SECONDS)).await;
    browser.click("Confirm").await;
    browser.sees("Your recovery codes").await;
    let codes = browser.script("return document.getElementById('codes').value").await;
    let codes = codes.as_str().unwrap_or_default().lines().map(str::to_owned).collect();
    sign_out(browser, origin).await;
    Zoe { before, codes }
}

const TEAM: &str = "Analytical Engines";
const GROUP: &str = "Bibliothèque";
const PLATFORM: &str = "Polytechnic";
const ACCOUNT: &str = "The Worshipful";
const CLUB: &str = "Rowing Club";
/// Founded for the pictures; it has an owner and nothing else.
const EMPTY: &str = "Kepler Society";
/// Founded for the pictures, too: somebody was imported, all logins were cleared, and an import is under way. The name reads
/// from right to left.
const AT_WORK: &str = "جمعية علماء الفلك";

/// Somebody with a login, and a row that cannot be imported.
const ROWS: &str = "Herschel,Caroline,caroline@example.org,,0,first come and choose your own\\nMeitner,Lise,nowhere";
/// The rows of the import that stays under way.
const HELD_ROWS: &str = "Cannon,Annie\\nLeavitt,Henrietta\\nPayne,Cecilia\\nMitchell,Maria\\nFleming,Williamina";
/// What the page of that import is called.
const UNDER_WAY: &str = "import-under-way";

/// What a page's picture is called, in which organization it is, and where in it, perhaps by links from there.
type Page = (&'static str, &'static str, &'static str);

/// What whoever is not signed in sees.
const NOBODY: &[(&str, &str)] = &[
    ("sign-in", "/sign-in"),
    ("sign-up", "/sign-up"),
    ("sign-up-sent", "/sign-up/sent"),
    ("forgot", "/forgot-password"),
    ("forgot-sent", "/forgot-password/sent"),
    ("second-factor", "/sign-in"),
    ("code", "/code"),
    ("join-without-link", "/join"),
    ("reset-without-link", "/reset"),
    ("login-without-link", "/login"),
    ("verify-without-link", "/verify"),
    ("confirm-without-link", "/confirm"),
    ("declined", "/invitation/declined"),
    ("registered", "/invitation/registered"),
    ("gone", "/nowhere"),
];

/// What the links lead to that were mailed to these addresses.
const LINKS: &[(&str, &str, &str)] = &[
    ("invitation", "/i/", "mary.somerville"),
    ("invitation-expired", "/i/", "katherine.johnson"),
    ("invitation-withdrawn", "/i/", "charles.babbage"),
    ("invitation-used", "/i/", "shira"),
    ("invitation-register", "/i/", "lectrice"),
    ("join", "/join/", "layla.rower"),
];

/// The same for somebody who is signed in as another.
const AS_ANOTHER: (&str, &str, &str) = ("invitation-wrong-account", "/i/", "mary.somerville");

const PAGES_OF_ADA: &[Page] = &[
    ("organizations", "", "/organizations"),
    ("new-organization", "", "/organizations/new"),
    ("profile", "", "/profile"),
    ("sign-ins", "", "/profile/sign-ins"),
    ("password", "", "/password"),
    ("security", "", "/profile/security?next=/organizations"),
    ("authenticator", "", "/profile/security/app"),
    ("authenticator-picture", "", "/profile/security/app"),
    ("passkey", "", "/profile/security/passkey"),
    ("operator", "", "/operator"),
    ("operator-nothing-found", "", "/operator?q=nothing+is+called+so"),
    ("operator-organization", "", "/operator > The Worshipful"),
    ("operator-new", "", "/operator/organizations/new"),
    ("operator-keys", "", "/operator/keys"),
    ("operator-new-key", "", "/operator/keys/new"),
    ("switcher", "", "/organizations"),
    ("form-wrong", "", "/organizations/new"),
    ("mailbox", "", "/dev/mailbox"),
    ("overview", TEAM, ""),
    ("members", TEAM, "/members"),
    ("members-ticked", TEAM, "/members"),
    ("members-remove", TEAM, "/members"),
    ("member-menu", TEAM, "/members"),
    ("member", TEAM, "/members > Máire"),
    ("member-long-name", TEAM, "/members > Hubert"),
    ("member-right-to-left", TEAM, "/members > محمد"),
    ("member-role", TEAM, "/members > Máire > Change role"),
    ("member-remove", TEAM, "/members > Máire > Remove"),
    ("invitations-accepted", TEAM, "/invitations?tab=accepted"),
    ("invitations-undelivered", TEAM, "/invitations?tab=undelivered"),
    ("invitations-expired", TEAM, "/invitations?tab=expired"),
    ("invitations-revoked", TEAM, "/invitations?tab=revoked"),
    ("invitations-declined", TEAM, "/invitations?tab=declined"),
    ("invite-again", TEAM, "/invitations?tab=expired > Invite again"),
    ("link-shown", TEAM, "/invitations > Get a link"),
    ("member-suspend", TEAM, "/members > Máire > Suspend"),
    ("new-owner", TEAM, "/members > Máire > Transfer ownership"),
    ("invite-judged", TEAM, "/invite"),
    ("invite-text", TEAM, "/invite"),
    ("subscription", ACCOUNT, "/subscription"),
    ("invitations", TEAM, "/invitations"),
    ("invite", TEAM, "/invite"),
    ("templates", TEAM, "/templates"),
    ("template", TEAM, "/templates/invitation/en"),
    ("template-reset", TEAM, "/templates/invitation/en/reset"),
    ("keys", TEAM, "/keys"),
    ("new-key", TEAM, "/keys/new"),
    ("key-shown", TEAM, "/keys/new"),
    ("log", TEAM, "/log"),
    ("settings", TEAM, "/settings"),
    ("overview-long-name", ACCOUNT, ""),
    ("members-long-name", ACCOUNT, "/members"),
    ("overview-right-to-left", AT_WORK, ""),
    ("members-right-to-left", AT_WORK, "/members"),
    ("import-done", AT_WORK, "/members/import > UTC"),
    ("import-undo", AT_WORK, "/members/import > UTC > Take it back"),
    ("clear-logins-done", AT_WORK, "/roster"),
    ("clear-logins-undo", AT_WORK, "/roster > Take it back"),
    ("seats-reserved", ACCOUNT, "/seats"),
    ("records", ACCOUNT, "/records"),
    ("record", ACCOUNT, "/records > annual-report-2025"),
    ("record-share", ACCOUNT, "/records/report/annual-report-2025?who=noor"),
    ("record-remove", ACCOUNT, "/records > annual-report-2025 > Forget the record"),
    ("nobody-found", TEAM, "/members?q=nobody+is+called+so"),
    ("platform", PLATFORM, "/members"),
    ("overview-seats", PLATFORM, ""),
    ("add-member", PLATFORM, "/add-member"),
    ("clear-logins", PLATFORM, "/roster/clear-logins"),
    ("import", PLATFORM, "/members/import"),
    ("import-trial", PLATFORM, "/members/import"),
    ("groups", PLATFORM, "/groups"),
    ("group", PLATFORM, "/groups > Observatory"),
    ("group-delete", PLATFORM, "/groups > Observatory > Delete the group"),
    ("programs", PLATFORM, "/programs"),
    ("program", PLATFORM, "/programs > Looking at stars"),
    ("program-delete", PLATFORM, "/programs > Looking at stars > Delete the program"),
    ("session", PLATFORM, "/programs > Looking at stars > Spectra"),
    ("session-delete", PLATFORM, "/programs > Looking at stars > Spectra > Delete the session"),
    ("session-over", PLATFORM, "/programs > Looking at stars > Lenses"),
    ("invite-groups", PLATFORM, "/invite"),
    ("member-groups", PLATFORM, "/members?q=jb > Lef"),
    ("empty-overview", EMPTY, ""),
    ("empty-members", EMPTY, "/members"),
    ("empty-invitations", EMPTY, "/invitations"),
    ("empty-groups", EMPTY, "/groups"),
    ("empty-programs", EMPTY, "/programs"),
    ("empty-keys", EMPTY, "/keys"),
    ("empty-log", EMPTY, "/log?event=member-removed"),
];
const PAGES_OF_SOREN: &[Page] = &[
    ("roster", CLUB, "/roster"),
    ("round-trial", CLUB, "/roster"),
    ("letter", CLUB, "/roster > Ebenezer > Send a set-up link"),
    ("roster-report", CLUB, "/roster/report"),
    ("roster-report-never", CLUB, "/roster/report?who=never&days=30"),
];
const PAGES_OF_AMELIE: &[Page] = &[("seats", GROUP, "/seats"), ("overview-french", GROUP, "")];
const PAGES_OF_BO: &[Page] =
    &[("overview-limited", GROUP, ""), ("plain-member", TEAM, "/members"), ("leave", TEAM, "/leave")];

/// What each person sees.
const PERSONS: [(Viewer, &[Page]); 4] = [
    (ADA, PAGES_OF_ADA),
    (Viewer::Person("soren@example.org"), PAGES_OF_SOREN),
    (Viewer::Person("amelie@example.org"), PAGES_OF_AMELIE),
    (Viewer::Person("bo@example.org"), PAGES_OF_BO),
];

/// What whoever has a second factor sees of it.
const SECOND_FACTOR: &[(&str, Viewer, &str)] = &[
    ("security-on", Viewer::Zoe, "/profile/security"),
    ("security-remove", Viewer::Zoe, "/profile/security/remove/app"),
    ("codes-anew", Viewer::Zoe, "/profile/security/codes"),
    ("recovery-codes", Viewer::Zoe, "/profile/security/codes"),
    ("proof", Viewer::ZoeBefore, "/profile/proof?next=/profile/security/codes"),
];

/// What is full in an organization of a thousand. Names are in the order of the alphabet, those of the latest members mixed.
const LARGE: &[(&str, &str)] = &[
    ("large-overview", ""),
    ("large-members", "/members"),
    ("large-members-newest", "/members?sort=newest"),
    ("large-invitations", "/invitations"),
    ("large-seats", "/seats"),
    ("large-log", "/log"),
    ("large-roster", "/roster"),
    ("large-roster-newest", "/roster?sort=newest"),
    ("large-group", "/groups > Everybody"),
];

/// What a link leads to, by how the invitation stands.
async fn invitations(browser: &Browser, origin: &str) -> Vec<Scene> {
    browser.goto(&format!("{origin}/dev/mailbox.json")).await;
    let mails: Value = serde_json::from_str(&browser.text().await).unwrap_or_default();
    let link = |kind: &str, address: &str| {
        let mut mails = mails.as_array().expect("the mails are a list").iter();
        let to = |it: &Value| it["to"].as_str().is_some_and(|to| to.contains(address));
        let text = |it: &Value| it["text"].as_str().filter(|text| text.contains(kind)).map(str::to_owned);
        let text = mails.find_map(|it| text(it).filter(|_| to(it)));
        let text = text.unwrap_or_else(|| panic!("no mail with {kind} to {address}"));
        let link = text.split_whitespace().find_map(|word| word.split_once(kind)).expect("a link").1.to_owned();
        format!("{kind}{link}")
    };
    let scenes = LINKS.iter().map(|(name, kind, address)| Scene::at(name, Viewer::Nobody, link(kind, address)));
    let (name, kind, address) = AS_ANOTHER;
    scenes.chain([Scene::at(name, ADA, link(kind, address))]).collect()
}

/// Where a page is that is reached from another by links, `/groups > North > Delete`: each is named by how it begins, or by
/// what stands in it.
async fn follow(browser: &Browser, origin: &str, base: &str, page: &str) -> String {
    let mut steps = page.split(" > ");
    let mut path = format!("{base}{}", steps.next().unwrap_or_default());
    for step in steps {
        browser.goto(&format!("{origin}{path}")).await;
        let script = format!(
            "return [...document.querySelectorAll('main a')].find(it => it.textContent.includes('{step}'))?.getAttribute('href')"
        );
        let href = browser.script(&script).await;
        path = href.as_str().unwrap_or_else(|| panic!("{path} has no link to {step}")).to_owned();
    }
    path
}

async fn home_of(browser: &Browser, origin: &str, organization: &str) -> String {
    browser.goto(&format!("{origin}/organizations")).await;
    let script = format!(
        "return [...document.querySelectorAll('.tile-link')].find(it => it.textContent.trim().startsWith('{organization}'))?.getAttribute('href')"
    );
    let href = browser.script(&script).await;
    href.as_str().unwrap_or_else(|| panic!("{organization} is not among the organizations")).to_owned()
}

/// Signs out by forgetting the cookies, as closing the browser does.
pub async fn sign_out(browser: &Browser, origin: &str) {
    browser.goto(&format!("{origin}/sign-in")).await;
    browser.page.delete_all_cookies().await.expect("cookies can be forgotten");
}

/// Lets everybody who looks read French from now on.
async fn speak_french(browser: &Browser, origin: &str, zoe: &mut Zoe) {
    for person in PERSONS.into_iter().map(|(person, _)| person).chain([Viewer::Zoe]) {
        enter(browser, origin, person, zoe).await;
        browser.goto(&format!("{origin}/profile")).await;
        if browser.text().await.contains("Mon profil") {
            continue;
        }
        let choose = "const it = document.getElementById('language'); it.value = 'fr'; it.form.requestSubmit()";
        browser.script(choose).await;
        browser.sees("Mon profil").await;
    }
    sign_out(browser, origin).await;
}

/// Calls `look` on every page that is asked for, in every size and scheme.
pub async fn walk<F: AsyncFnMut(&Scene, &str, &str)>(browser: &Browser, example: &Example, asked: &Asked, mut look: F) {
    let origin = example.server.origin.as_str();
    let (mut scenes, mut zoe) = scenes(browser, example).await;
    if asked.french {
        speak_french(browser, origin, &mut zoe).await;
    }
    let mut present = Viewer::Nobody;
    for is_large in [false, true] {
        if is_large {
            scenes = large_scenes(browser, origin, asked, &mut zoe).await;
        }
        for scene in scenes.iter().filter(|scene| scene.name.starts_with(&asked.only)) {
            if scene.viewer != present {
                browser.speaks("en").await;
                enter(browser, origin, scene.viewer, &mut zoe).await;
                present = scene.viewer;
            }
            browser.speaks(if asked.french { "fr" } else { "en" }).await;
            for (size, pixels) in SIZES {
                browser.size(pixels).await;
                open(browser, origin, scene).await;
                for scheme in SCHEMES {
                    browser.scheme(scheme).await;
                    look(scene, size, scheme).await;
                }
            }
        }
    }
}

/// Goes to a page, and does what is done there before anybody looks.
async fn open(browser: &Browser, origin: &str, scene: &Scene) {
    browser.goto(&format!("{origin}{}", scene.path)).await;
    if let Some((script, leaves)) = scene.then {
        browser.script(&format!("window.before = true; {script}")).await;
        if leaves {
            browser.leaves("before").await;
        }
    }
}

/// The names of the pictures that README and tour show; `docs` is the folder of the documentation.
///
/// # Panics
/// One of the two cannot be read.
pub fn shown(docs: &Path) -> BTreeSet<String> {
    let names_of = |page: &str| -> Vec<String> {
        let text = std::fs::read_to_string(docs.join(page)).unwrap_or_else(|error| panic!("{page}: {error}"));
        text.split("images/").skip(1).filter_map(|rest| rest.split(')').next()).map(str::to_owned).collect()
    };
    ["../README.md", "tour.md"].into_iter().flat_map(names_of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The heaviest a picture of the documentation may be, in bytes.
    const HEAVIEST: u64 = 160_000;

    /// The names of all pages.
    fn names() -> Vec<&'static str> {
        let links = LINKS.iter().chain([&AS_ANOTHER]).map(|(name, _, _)| *name);
        let nobody = NOBODY.iter().map(|(name, _)| *name).chain(links);
        let persons = PERSONS.into_iter().flat_map(|(_, pages)| pages).map(|(name, _, _)| *name);
        let second_factor = SECOND_FACTOR.iter().map(|(name, _, _)| *name);
        let large = LARGE.iter().map(|(name, _)| *name);
        nobody.chain([UNDER_WAY]).chain(persons).chain(second_factor).chain(large).collect()
    }

    #[test]
    fn the_documentation_shows_every_picture_that_is_kept_and_no_other() {
        let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
        let shown = shown(&docs);
        let mut kept = BTreeSet::new();
        for entry in std::fs::read_dir(docs.join("images")).expect("the folder of pictures") {
            let entry = entry.expect("a picture");
            let name = entry.file_name().to_string_lossy().into_owned();
            let weight = entry.metadata().expect("its size").len();
            assert!(weight < HEAVIEST, "{name} weighs {weight} bytes: `cargo xtask screenshots` makes it small");
            kept.insert(name);
        }
        assert_eq!(shown, kept, "README and tour show the left, `docs/images` holds the right");
        assert!(10 < kept.len());
        let all = names().into_iter().flat_map(|name| {
            SIZES.into_iter().flat_map(move |(size, _)| SCHEMES.map(|scheme| format!("{name}-{size}-{scheme}.png")))
        });
        let unknown: Vec<_> = kept.difference(&all.collect()).cloned().collect();
        assert_eq!(unknown, Vec::<String>::new(), "`cargo xtask screenshots` does not take these");
    }

    #[test]
    fn each_page_has_a_name_of_its_own() {
        let all = names();
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
        assert!(THEN.iter().all(|(name, _, _)| all.contains(name)));
    }
}
