//! A real browser: Debian's Chromium, driven over WebDriver.

use std::collections::BTreeSet;
use std::process::Stdio;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// How long the browser may take to show what a click leads to.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a page is made of, and nothing if it is none of ours: kinds of elements in their states, each at the page's address
/// and on this screen.
const MADE_OF: &str = r#"
    if (!location.protocol.startsWith("http")) return null;
    const address = location.pathname.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "id");
    const kind = (it) => [it.tagName, it.getAttribute("class")?.replace(/tint-\d/, ""), it.getAttribute("aria-invalid"),
        it.getAttribute("type"), it.open].join();
    const kinds = new Set(Array.from(document.querySelectorAll("*"), kind));
    return [...kinds].map((kind) => [address, innerWidth, kind].join(" "));
"#;

/// A browser with nothing in it.
pub struct Browser {
    /// The page it shows.
    pub page: Client,
    /// What the pages were made of that were looked at already; `None` if nobody looks. A page that has nothing new looks as
    /// those do to whoever judges it.
    looked_at: Option<Mutex<BTreeSet<String>>>,
    /// Whether pages can run scripts; the accessibility engine is one.
    scripts: AtomicBool,
    _driver: Child,
    _profile: tempfile::TempDir,
}

impl Browser {
    /// Starts a browser whose window is that wide and high.
    pub async fn open(width: u32, height: u32) -> Self {
        let (driver, port) = driver().await;
        let profile = tempfile::tempdir().expect("a folder for the browser's profile");
        let arguments = [
            "--headless".to_owned(),
            "--no-sandbox".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-quic".to_owned(),
            "--no-first-run".to_owned(),
            "--disable-background-networking".to_owned(),
            "--disable-component-update".to_owned(),
            "--disable-sync".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            "--hide-scrollbars".to_owned(),
            format!("--window-size={width},{height}"),
            format!("--user-data-dir={}", profile.path().display()),
        ];
        let options = match std::env::var("MEMBERSHIP_CHROMIUM") {
            Ok(chromium) => json!({ "args": arguments, "binary": chromium }),
            Err(_) => json!({ "args": arguments }),
        };
        let mut capabilities = Capabilities::new();
        capabilities.insert("goog:chromeOptions".to_owned(), options);
        capabilities.insert("goog:loggingPrefs".to_owned(), json!({ "browser": "ALL" }));
        let page = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .expect("the browser opens");
        Self { page, looked_at: None, scripts: AtomicBool::new(true), _driver: driver, _profile: profile }
    }

    /// The same browser, which looks at every page it comes by before it is left: an accessibility engine finds nothing,
    /// nothing is cut off, and the console is silent. No page on the way can be forgotten.
    #[must_use]
    pub fn watched(mut self) -> Self {
        self.looked_at = Some(Mutex::default());
        self
    }

    /// Looks at the page that is shown, if somebody looks and it has something that nobody has seen yet.
    pub async fn look(&self) {
        let Some(looked_at) = &self.looked_at else { return };
        let Value::Array(made_of) = self.script(MADE_OF).await else { return };
        // A refused page is told with its status, which the console repeats.
        let told = self.console().await.into_iter().filter(|line| !line.contains("responded with a status of 4"));
        let mut found: Vec<_> = told.map(|line| format!("the console says {line}")).collect();
        let is_new = {
            let mut looked_at = looked_at.lock().expect("nobody failed while looking");
            let known = looked_at.len();
            looked_at.extend(made_of.iter().filter_map(Value::as_str).map(str::to_owned));
            known < looked_at.len()
        };
        if is_new {
            if self.scripts.load(Ordering::Relaxed) {
                found.extend(crate::axe::violations(self).await);
            }
            let wider = self.wider_than_the_window().await;
            found.extend((0 < wider).then(|| format!("the page is {wider} pixels too wide")));
        }
        if !found.is_empty() {
            let here = self.page.current_url().await.expect("the page has an address");
            panic!("{here}:\n{}\n{}", found.join("\n"), self.text().await);
        }
    }

    /// Goes to an address.
    pub async fn goto(&self, url: &str) {
        self.look().await;
        self.page.goto(url).await.expect("the page opens");
    }

    /// Types into the field with that label, in place of what it holds.
    pub async fn fill(&self, label: &str, text: &str) {
        let path = format!(
            "//*[@id=//label[contains(normalize-space(.), \"{label}\")]/@for] | //label[contains(normalize-space(.), \"{label}\")]//input"
        );
        let field = self.find(&path).await;
        field.clear().await.expect("the field can be emptied");
        field.send_keys(text).await.expect("the field can be typed into");
    }

    /// Clicks the link, button or choice with that text: rather one in the page's main part than one around it, and
    /// rather one that says just this than one that says more.
    pub async fn click(&self, text: &str) {
        self.look().await;
        let exactly = format!("normalize-space(.) = \"{text}\"");
        let beginning = format!("starts-with(normalize-space(.), \"{text}\")");
        let of = |place: &str, kinds: &[&str], says: &str| {
            let paths: Vec<_> = kinds.iter().map(|kind| format!("{place}//{kind}[{says}]")).collect();
            paths.join(" | ")
        };
        let acting = ["button", "a", "summary"];
        let ways = [
            of("//main", &acting, &exactly),
            of("", &acting, &exactly),
            of("//main", &["label"], &beginning),
            of("//main", &acting, &beginning),
        ];
        let any = ways.join(" | ");
        self.find(&any).await;
        for way in &ways {
            if self.page.find(Locator::XPath(way)).await.is_ok() {
                return self.press_it(way, text).await;
            }
        }
    }

    /// Opens the menu with that name and clicks what is offered in it.
    pub async fn act(&self, menu: &str, action: &str) {
        let menu = format!("//summary[@aria-label=\"{menu}\" or contains(normalize-space(.), \"{menu}\")]");
        self.press_it(&menu, &menu).await;
        self.look().await;
        let action = format!("{menu}/..//*[self::a or self::button][contains(normalize-space(.), \"{action}\")]");
        self.press_it(&action, &action).await;
    }

    /// Clicks the button with that text in the form that goes to such an address.
    pub async fn click_in(&self, action: &str, text: &str) {
        self.look().await;
        let button = format!("//form[contains(@action, \"{action}\")]//button[normalize-space(.) = \"{text}\"]");
        self.press_it(&button, text).await;
    }

    /// Clicks what a screen reader calls by that name.
    pub async fn press(&self, name: &str) {
        self.look().await;
        self.press_it(&format!("//*[@aria-label=\"{name}\"]"), name).await;
    }

    /// Clicks what such a path of XPath finds first.
    pub async fn press_on(&self, path: &str) {
        self.look().await;
        self.press_it(path, path).await;
    }

    /// Clicks what such a path finds first, where a person would: not below what sticks to the window's edge. What is
    /// replaced in place between a look and the click is looked for again.
    async fn press_it(&self, path: &str, called: &str) {
        for _ in 0..5 {
            match self.clicked(self.find(path).await).await {
                Ok(()) => return,
                Err(error) if error.is_stale_element_reference() => {}
                Err(error) => panic!("`{called}` cannot be clicked: {error}"),
            }
        }
        panic!("`{called}` is replaced again and again");
    }

    async fn clicked(&self, element: Element) -> Result<(), CmdError> {
        let it = serde_json::to_value(&element)?;
        let to_the_middle = "arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })";
        self.page.execute(to_the_middle, vec![it]).await?;
        element.click().await
    }

    /// Waits until the page shows that text.
    pub async fn sees(&self, text: &str) {
        let path = format!("//body[contains(normalize-space(.), \"{text}\")]");
        let waiting = self.page.wait().at_most(PATIENCE).for_element(Locator::XPath(&path));
        if waiting.await.is_err() {
            panic!("the page does not show `{text}`:\n{}", self.text().await);
        }
    }

    /// Waits until the page shows that text no more.
    pub async fn sees_no_more(&self, text: &str) {
        let path = format!("//body[not(contains(normalize-space(.), \"{text}\"))]");
        let waiting = self.page.wait().at_most(PATIENCE).for_element(Locator::XPath(&path));
        if waiting.await.is_err() {
            panic!("the page still shows `{text}`:\n{}", self.text().await);
        }
    }

    /// Everything the page shows.
    pub async fn text(&self) -> String {
        let body = self.page.find(Locator::Css("body")).await.expect("the page has a body");
        body.text().await.unwrap_or_default()
    }

    /// Whether the page has such an element, now or after a while.
    pub async fn comes(&self, path: &str) -> bool {
        self.page.wait().at_most(PATIENCE).for_element(Locator::XPath(path)).await.is_ok()
    }

    /// Whether the page has such an element.
    pub async fn has(&self, path: &str) -> bool {
        !self.page.find_all(Locator::XPath(path)).await.unwrap_or_default().is_empty()
    }

    /// Runs a script that gives a value back.
    pub async fn script(&self, script: &str) -> Value {
        self.page.execute(script, Vec::new()).await.expect("the script runs")
    }

    /// Runs a script that calls `done` with its value when it has one.
    pub async fn script_later(&self, script: &str) -> Value {
        let script = format!("const done = arguments[arguments.length - 1]; {script}");
        self.page.execute_async(&script, Vec::new()).await.expect("the script runs")
    }

    /// Puts a value into the field of that id. Fields for dates take keys in the order of the browser's language.
    pub async fn set(&self, id: &str, value: &str) {
        self.find(&format!("//*[@id='{id}']")).await;
        self.script(&format!("document.getElementById('{id}').value = '{value}'")).await;
    }

    /// Chooses a file of this machine in the field of that id.
    pub async fn choose(&self, id: &str, file: &std::path::Path) {
        let field = self.find(&format!("//*[@id='{id}']")).await;
        field.send_keys(file.to_str().expect("a path that is text")).await.expect("a file can be chosen");
    }

    /// By how many pixels the page is wider than its window; nothing, unless something is cut off.
    pub async fn wider_than_the_window(&self) -> i64 {
        let wider = self.script("return document.documentElement.scrollWidth - innerWidth").await;
        wider.as_i64().unwrap_or_default()
    }

    /// Asks the browser what WebDriver has no words for (the Chrome DevTools Protocol).
    pub async fn devtools(&self, command: &str, parameters: Value) -> Value {
        let body = json!({ "cmd": command, "params": parameters });
        let asked = OfChromium { path: "goog/cdp/execute", body };
        self.page.issue_cmd(asked).await.unwrap_or_else(|error| panic!("{command}: {error}"))
    }

    /// Gives the browser an authenticator of its own that keeps passkeys and knows its person (WebAuthn Level 3, section
    /// 11, WebDriver extension).
    pub async fn authenticator(&self) {
        let body = json!({
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": true, "hasUserVerification": true,
            "isUserVerified": true, "isUserConsenting": true,
        });
        let asked = OfChromium { path: "webauthn/authenticator", body };
        self.page.issue_cmd(asked).await.expect("the browser has an authenticator");
    }

    /// Shows pages as on a screen of that size; a headless window itself is never narrower than 500 pixels.
    pub async fn size(&self, (width, height): (u32, u32)) {
        let phone = width < 600;
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": phone });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// Lets pages run no scripts from now on.
    pub async fn without_scripts(&self) {
        self.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await;
        self.scripts.store(false, Ordering::Relaxed);
    }

    /// Lets the device ask for light or dark pages, and for no motion, so that pictures are the same each time.
    pub async fn scheme(&self, scheme: &str) {
        let features = json!([
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    }

    /// Lets the browser ask for pages in that language.
    pub async fn speaks(&self, language: &str) {
        self.devtools("Network.enable", json!({})).await;
        let headers = json!({ "headers": { "Accept-Language": language } });
        self.devtools("Network.setExtraHTTPHeaders", headers).await;
    }

    /// Waits until another page has come than the one whose window has that property.
    pub async fn leaves(&self, marked: &str) {
        let still = format!("return window.{marked} === true || document.readyState !== 'complete'");
        let began = std::time::Instant::now();
        while self.script(&still).await != serde_json::Value::Bool(false) {
            assert!(began.elapsed() < PATIENCE, "no other page comes:\n{}", self.text().await);
        }
    }

    /// What the console has told since it was last asked, warnings and worse.
    pub async fn console(&self) -> Vec<String> {
        let asked = OfChromium { path: "se/log", body: json!({ "type": "browser" }) };
        let told = self.page.issue_cmd(asked).await.expect("the log can be read");
        let lines = told.as_array().cloned().unwrap_or_default();
        let grave = lines.into_iter().filter(|line| line["level"] == "SEVERE" || line["level"] == "WARNING");
        grave.map(|line| line["message"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Signs in with the password of the tests and of the example.
    pub async fn sign_in(&self, origin: &str, login: &str) {
        self.goto(&format!("{origin}/sign-in")).await;
        self.fill("E-mail address or username", login).await;
        self.fill("Password", crate::deployment::PASSWORD).await;
        self.click("Sign in").await;
    }

    /// Keeps a picture of the page under `docs/images`, when pictures are asked for.
    pub async fn picture(&self, name: &str) {
        if std::env::var_os("MEMBERSHIP_PICTURES").is_none() {
            return;
        }
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/images");
        std::fs::create_dir_all(&folder).expect("the folder of pictures");
        let picture = self.page.screenshot().await.expect("a picture of the page");
        std::fs::write(folder.join(format!("{name}.png")), picture).expect("the picture is kept");
    }

    /// Closes it.
    pub async fn close(self) {
        self.look().await;
        let _ = self.page.close().await;
    }

    async fn find(&self, path: &str) -> fantoccini::elements::Element {
        let found = self.page.wait().at_most(PATIENCE).for_element(Locator::XPath(path)).await;
        match found {
            Ok(element) => element,
            Err(error) => panic!("nothing like {path} ({error}) on:\n{}", self.text().await),
        }
    }
}

/// A command that only this browser's driver knows.
#[derive(Debug)]
struct OfChromium {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for OfChromium {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}

/// A driver and the port it listens on. One that ends before it listens is followed by another: what makes it end is the
/// machine it runs on, and nothing of what is tested has begun.
async fn driver() -> (Child, u16) {
    let mut said = Vec::new();
    for _ in 0..3 {
        match started_driver().await {
            Ok(listening) => return listening,
            Err(lines) => said.extend(lines),
        }
    }
    panic!("three drivers ended before they listened; they said:\n{}", said.join("\n"));
}

/// A driver that was started, or what it said before it ended.
async fn started_driver() -> Result<(Child, u16), Vec<String>> {
    let program = std::env::var_os("MEMBERSHIP_CHROMEDRIVER").unwrap_or_else(|| "chromedriver".into());
    let mut driver = Command::new(&program)
        .args(["--port=0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap_or_else(|error| {
            panic!("{}: {error}; `cargo xtask test` finds or installs it", program.to_string_lossy())
        });
    let mut errors = BufReader::new(driver.stderr.take().expect("its errors are piped")).lines();
    let errors = tokio::spawn(async move {
        let mut first = Vec::new();
        while let Ok(Some(line)) = errors.next_line().await {
            if first.len() < 20 {
                first.push(line);
            }
        }
        first
    });
    let mut lines = BufReader::new(driver.stdout.take().expect("its output is piped")).lines();
    let mut said = Vec::new();
    while let Ok(Some(line)) = lines.next_line().await {
        let port = line.split_once("on port ").and_then(|(_, rest)| rest.trim_end_matches('.').parse().ok());
        if let Some(port) = port.filter(|port| *port != 0) {
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return Ok((driver, port));
        }
        said.push(line);
    }
    said.push(match driver.wait().await {
        Ok(status) => format!("it ended with {status}"),
        Err(error) => error.to_string(),
    });
    said.extend(errors.await.unwrap_or_default());
    Err(said)
}
