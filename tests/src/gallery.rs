//! Every page of the example, for whoever looks at all of them: the accessibility check and the pictures.

use std::collections::BTreeSet;
use std::path::Path;

use membership_core::port::Clock;
use membership_core::system::SystemClock;
use membership_core::totp::{STEP_SECONDS, TotpSecret};

use crate::browser::Browser;

/// A page of the example.
#[derive(Debug, Clone)]
pub struct Scene {
    /// The picture's name.
    pub name: &'static str,
    /// Who looks; nobody is signed in otherwise.
    pub login: Option<&'static str>,
    /// Where it is.
    pub path: String,
    /// What is done there before anybody looks, as a script, and whether that leads to another page.
    pub then: Option<(&'static str, bool)>,
}

impl Scene {
    fn at(name: &'static str, login: Option<&'static str>, path: impl Into<String>) -> Self {
        let then = THEN.iter().find(|(of, _, _)| *of == name).map(|(_, script, leaves)| (*script, *leaves));
        Self { name, login, path: path.into(), then }
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
        "document.getElementById('name').value = 'Timetable'; document.querySelector('#main form').requestSubmit();",
        true,
    ),
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

/// The pages, those of one person after another. Signs in as Ada and leaves her signed in.
pub async fn scenes(browser: &Browser, origin: &str) -> Vec<Scene> {
    browser.sign_in(origin, "ada@example.org").await;
    browser.sees("▾").await;
    found(browser, origin, EMPTY).await;
    let at_work = found(browser, origin, AT_WORK).await;
    import(browser, &at_work).await;
    clear_logins(browser, &at_work).await;
    sign_out(browser, origin).await;
    set_up_app(browser, origin, "zoe@example.org").await;
    sign_out(browser, origin).await;
    let mut scenes: Vec<_> = NOBODY.iter().map(|(name, path)| Scene::at(name, None, *path)).collect();
    scenes.extend(invitations(browser, origin).await);
    for (login, pages) in
        [("ada@example.org", ADA), ("soren@example.org", SOREN), ("amelie@example.org", AMELIE), ("bo@example.org", BO)]
    {
        browser.sign_in(origin, login).await;
        browser.sees("▾").await;
        for (name, organization, page) in pages {
            let base = match *organization {
                "" => String::new(),
                organization => home_of(browser, origin, organization).await,
            };
            let path = follow(browser, origin, &base, page).await;
            scenes.push(Scene::at(name, Some(login), path));
        }
        sign_out(browser, origin).await;
    }
    scenes
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

/// Imports somebody with a login, from rows of which one cannot be imported.
async fn import(browser: &Browser, organization: &str) {
    browser.goto(&format!("{organization}/members/import")).await;
    let rows = "Herschel,Caroline,caroline@example.org,,0,first come and choose your own\\nMeitner,Lise,nowhere";
    browser.script(&format!("document.getElementById('rows').value = '{rows}'")).await;
    browser.click("Show me what would happen").await;
    browser.press_on("//button[@value='start']").await;
    browser.sees("To the members").await;
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

/// Sets up an authenticator app for somebody, whose sign-ins ask for it from then on.
async fn set_up_app(browser: &Browser, origin: &str, login: &str) {
    browser.sign_in(origin, login).await;
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
}

const TEAM: &str = "Analytical Engines";
const GROUP: &str = "Bibliothèque";
const PLATFORM: &str = "Polytechnic";
const ACCOUNT: &str = "The Worshipful";
const CLUB: &str = "Rowing Club";
/// Founded for the pictures; it has an owner and nothing else.
const EMPTY: &str = "Kepler Society";
/// Founded for the pictures, too: somebody was imported, and all logins were cleared. The name reads from right to left.
const AT_WORK: &str = "جمعية علماء الفلك";

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

const ADA: &[Page] = &[
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
const SOREN: &[Page] = &[
    ("roster", CLUB, "/roster"),
    ("round-trial", CLUB, "/roster"),
    ("letter", CLUB, "/roster > Ebenezer > Send a set-up link"),
    ("roster-report", CLUB, "/roster/report"),
    ("roster-report-never", CLUB, "/roster/report?who=never&days=30"),
];
const AMELIE: &[Page] = &[("seats", GROUP, "/seats"), ("overview-french", GROUP, "")];
const BO: &[Page] = &[("overview-limited", GROUP, ""), ("plain-member", TEAM, "/members"), ("leave", TEAM, "/leave")];

/// What a link leads to, by how the invitation stands.
async fn invitations(browser: &Browser, origin: &str) -> Vec<Scene> {
    browser.goto(&format!("{origin}/dev/mailbox.json")).await;
    let mails: serde_json::Value = serde_json::from_str(&browser.text().await).unwrap_or_default();
    let link = |kind: &str, address: &str| {
        let mut mails = mails.as_array().expect("the mails are a list").iter();
        let to = |it: &serde_json::Value| it["to"].as_str().is_some_and(|to| to.contains(address));
        let text = |it: &serde_json::Value| it["text"].as_str().filter(|text| text.contains(kind)).map(str::to_owned);
        let text = mails.find_map(|it| text(it).filter(|_| to(it)));
        let text = text.unwrap_or_else(|| panic!("no mail with {kind} to {address}"));
        let link = text.split_whitespace().find_map(|word| word.split_once(kind)).expect("a link").1.to_owned();
        format!("{kind}{link}")
    };
    let scenes = LINKS.iter().map(|(name, kind, address)| Scene::at(name, None, link(kind, address)));
    let (name, kind, address) = AS_ANOTHER;
    scenes.chain([Scene::at(name, Some("ada@example.org"), link(kind, address))]).collect()
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

/// Lets everybody of the example read French from now on, and whoever is not signed in.
async fn speak_french(browser: &Browser, origin: &str, logins: &[&str]) {
    for login in logins {
        sign_out(browser, origin).await;
        browser.sign_in(origin, login).await;
        browser.sees("▾").await;
        browser.goto(&format!("{origin}/profile")).await;
        let choose = "const it = document.getElementById('language'); it.value = 'fr'; it.form.requestSubmit()";
        browser.script(choose).await;
        browser.sees("Mon profil").await;
    }
    sign_out(browser, origin).await;
}

/// Calls `look` on every page whose name begins so, in every size and scheme, in English or in French.
pub async fn walk<F: AsyncFnMut(&Scene, &str, &str)>(
    browser: &Browser,
    origin: &str,
    (only, french): (&str, bool),
    mut look: F,
) {
    let mut signed_in: Option<&str> = None;
    let scenes = scenes(browser, origin).await;
    if french {
        speak_french(browser, origin, &["ada@example.org", "soren@example.org", "bo@example.org"]).await;
    }
    for scene in scenes.into_iter().filter(|scene| scene.name.starts_with(only)) {
        if scene.login != signed_in {
            sign_out(browser, origin).await;
            browser.speaks("en").await;
            if let Some(login) = scene.login {
                browser.sign_in(origin, login).await;
                browser.sees("▾").await;
            }
            signed_in = scene.login;
        }
        browser.speaks(if french { "fr" } else { "en" }).await;
        for (size, pixels) in SIZES {
            browser.size(pixels).await;
            browser.goto(&format!("{origin}{}", scene.path)).await;
            if let Some((script, leaves)) = scene.then {
                browser.script(&format!("window.before = true; {script}")).await;
                if leaves {
                    browser.leaves("before").await;
                }
            }
            for scheme in SCHEMES {
                browser.scheme(scheme).await;
                look(&scene, size, scheme).await;
            }
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
        nobody.chain([ADA, SOREN, AMELIE, BO].into_iter().flatten().map(|(name, _, _)| *name)).collect()
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
