//! Somebody who talks to a server over a real connection.

use serde_json::{Value, json};

use crate::deployment::{OPERATOR_TOKEN, PASSWORD, link_in};

/// What a request shows.
pub enum Credential {
    /// The sign-in, as a browser sends it.
    Cookie,
    /// Some token or key.
    Bearer(String),
}

/// Somebody, at one server, in one organization.
#[derive(Clone)]
pub struct Caller {
    http: reqwest::Client,
    origin: String,
    organization: String,
    token: Option<String>,
    cookie: Option<String>,
    /// The person's address.
    pub email: String,
}

impl Caller {
    /// Nobody in particular.
    pub fn nobody(origin: &str) -> Self {
        // The client is built to take any TLS library, and wants one named even where it speaks none.
        rustls::crypto::ring::default_provider().install_default().ok();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self {
            http,
            origin: origin.to_owned(),
            organization: String::new(),
            token: None,
            cookie: None,
            email: String::new(),
        }
    }

    /// The operator.
    pub fn operator(origin: &str) -> Self {
        Self { token: Some(OPERATOR_TOKEN.to_owned()), ..Self::nobody(origin) }
    }

    /// Somebody who has an account, by the password of the tests and of the example.
    pub async fn signed_in(origin: &str, email: &str) -> Self {
        let nobody = Self::nobody(origin);
        let (status, signed_in) =
            nobody.post_to("/api/v1/sign-ins", json!({ "login": email, "password": PASSWORD })).await;
        assert_eq!(status, 201, "{signed_in}");
        Self { token: signed_in["token"].as_str().map(str::to_owned), email: email.to_owned(), ..nobody }
    }

    /// The same person in an organization that they found.
    pub async fn founds(&self, name: &str, preset: &str) -> Self {
        let (status, made) = self.post_to("/api/v1/organizations", json!({ "name": name, "preset": preset })).await;
        assert_eq!(status, 201, "{made}");
        self.in_organization(made["id"].as_str().expect("an id"))
    }

    /// The owner of a new organization.
    pub async fn owner(origin: &str, preset: &str, email: &str, seat_limit: usize) -> Self {
        let operator = Self::operator(origin);
        let form = json!({ "name": "Acme", "preset": preset, "owner_email": email, "seat_limit": seat_limit });
        let (status, made) = operator.post_to("/api/v1/operator/organizations", form).await;
        assert_eq!(status, 201, "{made}");
        let organization = made["id"].as_str().unwrap().to_owned();
        let link = operator.mailed_link(email).await;
        Self { organization, ..operator }.accept(link, email).await
    }

    /// The owner of a new member portal, which asks for a username.
    pub async fn owner_of_portal(origin: &str, email: &str) -> Self {
        let operator = Self::operator(origin);
        let form = json!({ "name": "Acme", "preset": "member_portal", "owner_email": email });
        let (status, made) = operator.post_to("/api/v1/operator/organizations", form).await;
        assert_eq!(status, 201, "{made}");
        let organization = made["id"].as_str().unwrap().to_owned();
        let link = operator.mailed_link(email).await;
        let username = json!({ "username": email.split_once('@').unwrap().0 });
        Self { organization, ..operator }.accept_with(link, email, username).await
    }

    /// A new member of the organization.
    pub async fn join(&self, email: &str) -> Self {
        let (status, made) = self.post("/invitations", json!({ "email": email, "deliver": "return" })).await;
        assert_eq!(status, 201, "{made}");
        self.accept(made["link"].as_str().unwrap().to_owned(), email).await
    }

    /// The same person in another organization.
    pub fn in_organization(&self, organization: &str) -> Self {
        Self { organization: organization.to_owned(), ..self.clone() }
    }

    /// The id of the organization.
    pub fn organization(&self) -> &str {
        &self.organization
    }

    /// The same person at another server.
    pub fn at(&self, origin: &str) -> Self {
        Self { origin: origin.to_owned(), ..self.clone() }
    }

    /// The same person by cookie instead of bearer token, or a program with another token.
    pub fn by(&self, credential: Credential) -> Self {
        let (token, cookie) = match credential {
            Credential::Cookie => (None, self.token.clone()),
            Credential::Bearer(token) => (Some(token), None),
        };
        Self { token, cookie, ..self.clone() }
    }

    /// GET in the organization.
    pub async fn get(&self, path: &str) -> (u16, Value) {
        self.get_from(&format!("/api/v1/organizations/{}{path}", self.organization)).await
    }

    /// GET anywhere.
    pub async fn get_from(&self, path: &str) -> (u16, Value) {
        answer(self.sent(self.http.get(format!("{}{path}", self.origin))).await.unwrap()).await
    }

    /// POST in the organization.
    pub async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.post_to(&format!("/api/v1/organizations/{}{path}", self.organization), body).await
    }

    /// POST of a file of rows in the organization.
    pub async fn post_csv(&self, path: &str, file: String) -> (u16, Value) {
        let url = format!("{}/api/v1/organizations/{}{path}", self.origin, self.organization);
        let request = self.http.post(url).header("content-type", "text/csv").body(file);
        answer(self.sent(request).await.expect("an answer")).await
    }

    /// POST in the organization; `None` if the server went away.
    pub async fn try_post(&self, path: &str, body: Value) -> Option<u16> {
        let url = format!("{}/api/v1/organizations/{}{path}", self.origin, self.organization);
        Some(self.sent(self.http.post(url).json(&body)).await.ok()?.status().as_u16())
    }

    /// POST anywhere.
    pub async fn post_to(&self, path: &str, body: Value) -> (u16, Value) {
        answer(self.sent(self.http.post(format!("{}{path}", self.origin)).json(&body)).await.unwrap()).await
    }

    /// PATCH in the organization.
    pub async fn patch(&self, path: &str, body: Value) -> u16 {
        let url = format!("{}/api/v1/organizations/{}{path}", self.origin, self.organization);
        self.sent(self.http.patch(url).json(&body)).await.unwrap().status().as_u16()
    }

    /// PUT anywhere.
    pub async fn put_to(&self, path: &str, body: Value) -> u16 {
        self.sent(self.http.put(format!("{}{path}", self.origin)).json(&body)).await.unwrap().status().as_u16()
    }

    /// PUT in the organization.
    pub async fn put(&self, path: &str) -> (u16, Value) {
        let url = format!("{}/api/v1/organizations/{}{path}", self.origin, self.organization);
        answer(self.sent(self.http.put(url)).await.expect("an answer")).await
    }

    /// DELETE anywhere.
    pub async fn delete_at(&self, path: &str) -> u16 {
        self.sent(self.http.delete(format!("{}{path}", self.origin))).await.unwrap().status().as_u16()
    }

    /// DELETE in the organization.
    pub async fn delete(&self, path: &str) -> u16 {
        let url = format!("{}/api/v1/organizations/{}{path}", self.origin, self.organization);
        self.sent(self.http.delete(url)).await.unwrap().status().as_u16()
    }

    /// The status of a page.
    pub async fn status(&self, path: &str) -> u16 {
        self.sent(self.http.get(format!("{}{path}", self.origin))).await.unwrap().status().as_u16()
    }

    /// The person with that address, new, who accepts by a link.
    pub async fn accept(&self, link: String, email: &str) -> Self {
        self.accept_with(link, email, json!({})).await
    }

    async fn accept_with(&self, link: String, email: &str, more: Value) -> Self {
        let mut form = json!({ "token": link, "name": email.split_once('@').unwrap().0, "password": PASSWORD });
        form.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let (status, accepted) = Self::nobody(&self.origin).post_to("/api/v1/invitations/accept", form).await;
        assert_eq!(status, 201, "{accepted}");
        let token = accepted["token"].as_str().map(str::to_owned);
        Self { token, email: email.to_owned(), ..self.clone() }
    }

    /// The link in the newest mail to an address, once the courier has brought it.
    async fn mailed_link(&self, email: &str) -> String {
        self.mailed_link_of(email, "").await
    }

    /// The link in the newest mail to an address that carries one of this kind, once the courier has brought it.
    pub async fn mailed_link_of(&self, email: &str, prefix: &str) -> String {
        loop {
            let mails = self.sent(self.http.get(format!("{}/dev/mailbox.json", self.origin))).await.unwrap();
            let (_, mails) = answer(mails).await;
            let fits = |mail: &&Value| {
                let has = |field: &str, part: &str| mail[field].as_str().unwrap().contains(part);
                has("to", email) && has("text", prefix)
            };
            let mail = mails.as_array().and_then(|mails| mails.iter().find(fits));
            if let Some(mail) = mail {
                return link_in(mail["text"].as_str().unwrap());
            }
        }
    }

    async fn sent(&self, request: reqwest::RequestBuilder) -> reqwest::Result<reqwest::Response> {
        let request = match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        match &self.cookie {
            Some(cookie) => request.header("cookie", format!("membership={cookie}")).send().await,
            None => request.send().await,
        }
    }
}

async fn answer(response: reqwest::Response) -> (u16, Value) {
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}
