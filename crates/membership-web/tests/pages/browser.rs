//! A browser without a script, and the pages it visits.

#![expect(clippy::unwrap_used, reason = "a page that cannot be asked for is a failed test")]

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use http::header::{ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use membership_core::id::OrganizationId;
use membership_http::{Evenly, Limits};
use membership_testkit::{MemoryStore, World};
use membership_web::{Web, pages};
use secrecy::ExposeSecret;
use tower::ServiceExt;

pub const PASSWORD: &str = "correct horse battery staple";

/// A browser without a script: it keeps cookies and sends forms.
pub struct Browser {
    pub router: Router,
    pub cookies: Vec<(String, String)>,
    /// What it asks pages to speak.
    pub language: &'static str,
}

pub struct Shown {
    pub status: StatusCode,
    pub location: Option<String>,
    pub html: String,
}

impl Browser {
    pub async fn get(&mut self, path: &str) -> Shown {
        self.send("GET", path, String::new()).await
    }

    /// Sends a form as it stands on the page at `from`, with these fields filled in.
    pub async fn post(&mut self, from: &str, action: &str, fields: &[(&str, &str)]) -> Shown {
        let page = self.get(from).await;
        let token = token_of(&page.html);
        self.post_with(action, &token, fields).await
    }

    pub async fn post_with(&mut self, action: &str, token: &str, fields: &[(&str, &str)]) -> Shown {
        let mut body = format!("form_token={token}");
        for (name, value) in fields {
            let value: String = value.bytes().map(|byte| format!("%{byte:02X}")).collect();
            body.push_str(&format!("&{name}={value}"));
        }
        self.send("POST", action, body).await
    }

    pub async fn send(&mut self, method: &str, path: &str, body: String) -> Shown {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(COOKIE, cookies.join("; "))
            .header(ACCEPT_LANGUAGE, self.language)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        if path.starts_with("/assets/") {
            assert!(response.headers()[CACHE_CONTROL].to_str().unwrap().contains("immutable"));
        } else {
            assert_eq!(response.headers()[CACHE_CONTROL], "no-store", "{path}");
        }
        self.keep_cookies(&response);
        let status = response.status();
        let location = response.headers().get(LOCATION).map(|it| it.to_str().unwrap().to_owned());
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        Shown { status, location, html: String::from_utf8(bytes.to_vec()).unwrap() }
    }

    pub fn keep_cookies(&mut self, response: &Response) {
        for cookie in response.headers().get_all(SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
            let (name, rest) = cookie.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            self.cookies.retain(|(known, _)| known != name);
            if !value.is_empty() {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
    }

    pub fn has_cookie(&self, name: &str) -> bool {
        self.cookies.iter().any(|(known, _)| known == name)
    }
}

pub fn token_of(html: &str) -> String {
    let at = html.split("name=\"form_token\" value=\"").nth(1).unwrap_or_default();
    at.split('"').next().unwrap_or_default().to_owned()
}

/// The version of what the page's first form overwrites.
pub fn version_of(html: &str) -> String {
    let at = html.split("name=\"version\" value=\"").nth(1).unwrap_or_default();
    at.split('"').next().unwrap_or_default().to_owned()
}

/// A page without what tells its forms from those of the same page at another time.
pub fn without_ids(html: &str) -> String {
    const ID: &str = "name=\"request_id\" value=\"";
    let mut parts = html.split(ID);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |page, part| page + ID + part.split_once('"').unwrap().1)
}

pub fn world() -> (World, MemoryStore, Router) {
    let (world, memory) = World::with_memory();
    let router = limited(&world, Limits::default());
    (world, memory, router)
}

/// The pages of a world with limits.
pub fn limited(world: &World, limits: Limits) -> Router {
    let public_url = "http://localhost:8080".to_owned();
    let (accounts, evenly) = (world.accounts.clone(), Evenly::at_once());
    pages(Web { accounts, public_url, mailbox: None, elsewhere: None, limits, evenly, operator_contact: None })
}

pub fn browser(router: &Router) -> Browser {
    Browser { router: router.clone(), cookies: Vec::new(), language: "en" }
}

/// Somebody who has set up the deployment and founded a team.
pub async fn owner(world: &World, router: &Router, preset: &str) -> (Browser, String) {
    let mut ada = browser(router);
    let link = world.accounts.first_operator_link().await.unwrap().unwrap();
    let taken = ada.get(&format!("/set-up/{}", link.expose_secret())).await;
    assert_eq!(taken.location.as_deref(), Some("/set-up"));
    let fields = [("name", "Ada"), ("email", "ada@example.org"), ("password", PASSWORD)];
    let done = ada.post("/set-up", "/set-up", &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.html);
    let founded = ada.post("/organizations/new", "/organizations/new", &[("name", "Acme"), ("preset", preset)]).await;
    let path = founded.location.unwrap().split('?').next().unwrap().to_owned();
    (ada, path)
}

/// Adds somebody without a login, and says by which address.
pub async fn adds(ada: &mut Browser, team: &str, name: &str) -> String {
    let add = format!("{team}/add-member");
    let added = ada.post(&add, &add, &[("name", name), ("role", "member")]).await;
    added.location.unwrap().split('?').next().unwrap().to_owned()
}

/// Sends a form that makes something, and says where it is.
pub async fn makes(ada: &mut Browser, page: &str, action: &str, fields: &[(&str, &str)]) -> String {
    let made = ada.post(page, action, fields).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.html);
    made.location.unwrap().split('?').next().unwrap().to_owned()
}

/// The address of a link of that kind (`/i/`, `/join/`) that a page shows this once.
pub fn shown_link(html: &str, kind: &str) -> String {
    let at = html.split(kind).nth(1).unwrap_or_default();
    format!("{kind}{}", at.split('<').next().unwrap_or_default().trim())
}

pub fn id_of(path: &str) -> OrganizationId {
    path.trim_start_matches("/organizations/").parse().unwrap()
}
