//! Somebody who reads the pages and sends their forms, without a browser's window: quick enough for every store.

use std::collections::BTreeMap;

use http::{Method, Request};

use crate::client::{Answer, Client};
use crate::deployment::Deployment;
use crate::identity_provider::{IdentityProvider, Person};

/// A browser as far as pages without a script need one: it keeps cookies, and sends the token that forms carry.
pub struct Visitor {
    client: Client,
    /// Its cookies.
    pub cookies: BTreeMap<String, String>,
}

impl Visitor {
    /// One without cookies.
    pub fn new(deployment: &Deployment) -> Self {
        Self::at(deployment.nobody())
    }

    /// The same, at whatever that client talks to.
    pub fn at(client: Client) -> Self {
        Self { client, cookies: BTreeMap::new() }
    }

    /// The browser of somebody who is signed in already.
    pub fn signed_in(deployment: &Deployment, client: &Client) -> Self {
        let cookie = client.token.clone().map(|token| ("membership".to_owned(), token));
        Self { cookies: cookie.into_iter().collect(), ..Self::new(deployment) }
    }

    /// Sends a request, as a page of ours would have it sent.
    pub async fn send(&mut self, method: Method, path: &str, body: String) -> Answer {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "localhost:8080")
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("cookie", cookies.join("; "))
            .body(body.into())
            .expect("readable");
        let answer = self.client.raw(request).await;
        for cookie in answer.headers.get_all("set-cookie") {
            let (name, rest) = cookie.to_str().expect("readable").split_once('=').expect("readable");
            let value = rest.split(';').next().unwrap_or_default();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    /// Reads a page.
    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, String::new()).await
    }

    /// Sends a form as the page at `from` has it, with these fields.
    pub async fn submit(&mut self, from: &str, action: &str, fields: &str) -> Answer {
        let page = self.get(from).await.text;
        let token = page.split_once("name=\"form_token\" value=\"").and_then(|(_, rest)| rest.split_once('"'));
        let token = token.map(|(token, _)| format!("&form_token={token}")).unwrap_or_default();
        self.send(Method::POST, action, format!("{fields}{token}")).await
    }

    /// Where the page between the form and the provider leads to.
    pub async fn depart(&mut self, from: &str, action: &str) -> String {
        self.depart_with(from, action, "next=/profile").await
    }

    /// The same, with these fields.
    pub async fn depart_with(&mut self, from: &str, action: &str, fields: &str) -> String {
        let page = self.submit(from, action, fields).await;
        assert_eq!(page.status, 200, "{}", page.text);
        let (_, rest) = page.text.split_once("id=\"departure\" href=\"").expect("a way on");
        let href = rest.split('"').next().unwrap_or_default();
        href.replace("&#38;", "&").replace("&amp;", "&")
    }

    /// Goes to the provider and comes back as that person.
    pub async fn with(&mut self, provider: &IdentityProvider, person: &Person, (from, action): (&str, &str)) -> Answer {
        let address = self.depart(from, action).await;
        let back = provider.sign_in(&address, person);
        self.get(&back).await
    }

    /// Signs in at the provider "acme".
    pub async fn sign_in(&mut self, provider: &IdentityProvider, person: &Person) -> Answer {
        self.with(provider, person, ("/sign-in", "/sign-in/with/acme")).await
    }

    /// The sign-in's cookie.
    pub fn token(&self) -> Option<String> {
        self.cookies.get("membership").cloned()
    }

    /// The same person at the API, by the cookie's token.
    pub fn as_client(&self, deployment: &Deployment) -> Client {
        Client::new(deployment.router(), self.token())
    }
}
