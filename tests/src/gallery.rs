//! Every page of the example, for whoever looks at all of them: the accessibility check and the pictures.

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
}

/// A phone and a desktop.
pub const SIZES: [(&str, (u32, u32)); 2] = [("desktop", (1280, 860)), ("phone", (390, 844))];

/// How devices ask for pages.
pub const SCHEMES: [&str; 2] = ["light", "dark"];

/// The pages, those of one person after another. Signs in as Ada and leaves her signed in.
pub async fn scenes(browser: &Browser, origin: &str) -> Vec<Scene> {
    let nobody =
        [("sign-in", "/sign-in"), ("sign-up", "/sign-up"), ("forgot", "/forgot-password"), ("gone", "/nowhere")];
    let mut scenes: Vec<_> =
        nobody.into_iter().map(|(name, path)| Scene { name, login: None, path: path.to_owned() }).collect();
    scenes.extend(invitations(browser, origin).await);
    for (login, pages) in [("ada@example.org", ADA), ("amelie@example.org", AMELIE), ("bo@example.org", BO)] {
        browser.sign_in(origin, login).await;
        browser.sees("▾").await;
        for (name, organization, page) in pages {
            let base = match *organization {
                "" => String::new(),
                organization => home_of(browser, origin, organization).await,
            };
            let path = follow(browser, origin, &base, page).await;
            scenes.push(Scene { name, login: Some(login), path });
        }
        sign_out(browser, origin).await;
    }
    scenes
}

const TEAM: &str = "Analytical Engines";
const GROUP: &str = "Bibliothèque";
const PLATFORM: &str = "Polytechnic";
const ACCOUNT: &str = "The Worshipful";

/// What a page's picture is called, in which organization it is, and where in it, perhaps by links from there.
type Page = (&'static str, &'static str, &'static str);

const ADA: &[Page] = &[
    ("organizations", "", "/organizations"),
    ("new-organization", "", "/organizations/new"),
    ("profile", "", "/profile"),
    ("sign-ins", "", "/profile/sign-ins"),
    ("password", "", "/password"),
    ("security", "", "/profile/security?next=/organizations"),
    ("authenticator", "", "/profile/security/app"),
    ("passkey", "", "/profile/security/passkey"),
    ("operator", "", "/operator"),
    ("mailbox", "", "/dev/mailbox"),
    ("overview", TEAM, ""),
    ("members", TEAM, "/members"),
    ("invitations", TEAM, "/invitations"),
    ("invite", TEAM, "/invite"),
    ("templates", TEAM, "/templates"),
    ("template", TEAM, "/templates/invitation/en"),
    ("template-reset", TEAM, "/templates/invitation/en/reset"),
    ("keys", TEAM, "/keys"),
    ("new-key", TEAM, "/keys/new"),
    ("log", TEAM, "/log"),
    ("settings", TEAM, "/settings"),
    ("overview-long-name", ACCOUNT, ""),
    ("seats-reserved", ACCOUNT, "/seats"),
    ("records", ACCOUNT, "/records"),
    ("record", ACCOUNT, "/records > annual-report-2025"),
    ("record-share", ACCOUNT, "/records/report/annual-report-2025?who=noor"),
    ("record-remove", ACCOUNT, "/records > annual-report-2025 > Forget the record"),
    ("nobody-found", TEAM, "/members?q=nobody+is+called+so"),
    ("platform", PLATFORM, "/members"),
    ("add-member", PLATFORM, "/add-member"),
    ("groups", PLATFORM, "/groups"),
    ("group", PLATFORM, "/groups > Observatory"),
    ("group-delete", PLATFORM, "/groups > Observatory > Delete the group"),
    ("programs", PLATFORM, "/programs"),
    ("program", PLATFORM, "/programs > Looking at stars"),
    ("session", PLATFORM, "/programs > Looking at stars > Spectra"),
    ("session-over", PLATFORM, "/programs > Looking at stars > Lenses"),
    ("invite-groups", PLATFORM, "/invite"),
    ("member-groups", PLATFORM, "/members?q=jb > Lef"),
];
const AMELIE: &[Page] = &[("seats", GROUP, "/seats"), ("overview-french", GROUP, "")];
const BO: &[Page] = &[("overview-limited", GROUP, ""), ("plain-member", TEAM, "/members")];

/// What a link leads to, by how the invitation stands.
async fn invitations(browser: &Browser, origin: &str) -> Vec<Scene> {
    browser.goto(&format!("{origin}/dev/mailbox.json")).await;
    let mails: serde_json::Value = serde_json::from_str(&browser.text().await).unwrap_or_default();
    let link = |address: &str| {
        let mails = mails.as_array().expect("the mails are a list");
        let mail = mails.iter().find(|it| it["to"].as_str().is_some_and(|to| to.contains(address)));
        let text = mail.unwrap_or_else(|| panic!("no mail to {address}"))["text"].as_str().expect("a text").to_owned();
        let link = text.split_whitespace().find(|word| word.contains("/i/")).expect("a link").to_owned();
        link.split_once("/i/").map(|(_, link)| format!("/i/{link}")).expect("a link")
    };
    [
        ("invitation", "mary.somerville"),
        ("invitation-expired", "katherine.johnson"),
        ("invitation-withdrawn", "charles.babbage"),
        ("invitation-used", "soren"),
        ("invitation-register", "lectrice"),
    ]
    .into_iter()
    .map(|(name, address)| Scene { name, login: None, path: link(address) })
    .collect()
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

/// Calls `look` on every page, in every size and scheme.
pub async fn walk<F: AsyncFnMut(&Scene, &str, &str)>(browser: &Browser, origin: &str, mut look: F) {
    let mut signed_in: Option<&str> = None;
    for scene in scenes(browser, origin).await {
        if scene.login != signed_in {
            sign_out(browser, origin).await;
            if let Some(login) = scene.login {
                browser.sign_in(origin, login).await;
                browser.sees("▾").await;
            }
            signed_in = scene.login;
        }
        for (size, pixels) in SIZES {
            browser.size(pixels).await;
            browser.goto(&format!("{origin}{}", scene.path)).await;
            for scheme in SCHEMES {
                browser.scheme(scheme).await;
                look(&scene, size, scheme).await;
            }
        }
    }
}
