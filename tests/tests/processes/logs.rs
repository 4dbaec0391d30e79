//! What a server writes down of what it does: at the finest level, through the main flows, and never a secret (A21, I12).

use membership_tests::deployment::{LINK_KEY, OPERATOR_TOKEN, PASSWORD};
use membership_tests::process::Start;
use serde_json::{Value, json};

use membership_tests::caller::{Caller, Credential};

const SECOND: &str = "another fine long password";
const INITIAL: &str = "first come and choose your own";
const WRONG: &str = "a mistyped passphrase of somebody";

/// Everything that was a secret on the way.
struct Secrets(Vec<String>);

impl Secrets {
    /// Keeps the secret of an answer, and gives it back.
    fn keep(&mut self, secret: &Value) -> String {
        let secret = secret.as_str().expect("a secret").rsplit('/').next().unwrap_or_default().to_owned();
        self.0.push(secret.clone());
        secret
    }

    async fn mailed(&mut self, nobody: &Caller, to: &str, prefix: &str) -> String {
        let link = nobody.mailed_link_of(to, prefix).await;
        self.keep(&json!(link))
    }
}

#[tokio::test]
async fn a21_no_password_token_key_link_or_cookie_is_ever_logged_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let environment = vec![("RUST_LOG", "trace".to_owned())];
    let data_dir = folder.path().join("data");
    let server = Start { data_dir, environment, log: Some(log.clone()), ..Start::default() }.run().await;
    let nobody = Caller::nobody(&server.origin);
    let mut secrets = Secrets(Vec::new());

    // Sign up, verify, sign in and mistype.
    let form = json!({ "email": "ada@example.org", "name": "Ada", "password": PASSWORD });
    assert_eq!(nobody.post_to("/api/v1/users", form).await.0, 202);
    let token = secrets.mailed(&nobody, "ada@", "mlv_").await;
    let (status, verified) =
        nobody.post_to("/api/v1/users/verify", json!({ "token": token, "password": PASSWORD })).await;
    assert_eq!(status, 201, "{verified}");
    secrets.keep(&verified["token"]);
    let sign_in = |password: &str| json!({ "login": "ada@example.org", "password": password });
    assert_eq!(nobody.post_to("/api/v1/sign-ins", sign_in(WRONG)).await.0, 401);
    let signed_in = nobody.post_to("/api/v1/sign-ins", sign_in(PASSWORD)).await.1;
    let ada = nobody.by(Credential::Bearer(secrets.keep(&signed_in["token"])));
    assert_eq!(
        nobody
            .by(Credential::Bearer(signed_in["token"].as_str().unwrap().to_owned()))
            .by(Credential::Cookie)
            .status("/profile")
            .await,
        200
    );

    // Found, invite by mail and by hand, open, accept.
    let founded = ada.post_to("/api/v1/organizations", json!({ "name": "Acme", "preset": "team" })).await.1;
    let base = format!("/api/v1/organizations/{}", founded["id"].as_str().unwrap());
    let offer = json!({ "email": "bob@example.org" });
    assert_eq!(ada.post_to(&format!("{base}/invitations"), offer).await.0, 201);
    let token = secrets.mailed(&nobody, "bob@", "mli_").await;
    assert!(nobody.status(&format!("/i/{token}")).await < 500);
    let accept = json!({ "token": token, "name": "Bob" });
    let joined = nobody.post_to("/api/v1/invitations/accept", accept).await.1;
    secrets.keep(&joined["token"]);
    let offer = json!({ "email": "cleo@example.org", "deliver": "return" });
    let handed = ada.post_to(&format!("{base}/invitations"), offer).await.1;
    let token = secrets.keep(&handed["link"]);
    assert_eq!(nobody.post_to("/api/v1/invitations/inspect", json!({ "token": token })).await.0, 200);

    // A roster, a personal link, an initial password.
    let roster = json!({ "name": "Grace", "username": "grace", "initial_password": INITIAL, "set_up_link": "return" });
    let (status, added) = ada.post_to(&format!("{base}/members"), roster).await;
    assert_eq!(status, 201, "{added}");
    let token = secrets.keep(&added["set_up_link"]);
    let code = secrets.keep(&added["set_up_code"]["text"]);
    nobody.post_to("/api/v1/set-up-codes/open", json!({ "code": code })).await;
    assert!(nobody.status(&format!("/join/{token}")).await < 500);
    let first = nobody.post_to("/api/v1/sign-ins", json!({ "login": "grace", "password": INITIAL })).await.1;
    let grace = nobody.by(Credential::Bearer(secrets.keep(&first["token"])));
    let change = json!({ "present_password": INITIAL, "password": SECOND });
    assert_eq!(grace.put_to("/api/v1/me/password", change).await, 200);

    // A key, used, mistyped and shown to somebody else.
    let form = json!({ "name": "Import", "scopes": ["members:view"] });
    let made = ada.post_to(&format!("{base}/keys"), form).await.1;
    let key = secrets.keep(&made["secret"]);
    assert_eq!(nobody.by(Credential::Bearer(key.clone())).get_from(&format!("{base}/members")).await.0, 200);
    let mistyped = key[..key.len() - 2].to_owned();
    assert_eq!(nobody.by(Credential::Bearer(mistyped.clone())).get_from(&format!("{base}/members")).await.0, 401);
    secrets.0.push(mistyped);

    // Let in again by mail, in both ways; and another address.
    for (path, door, redeem, prefix) in [
        ("/api/v1/login-links", "/login", "/api/v1/login-links/redeem", "mlo_"),
        ("/api/v1/password-resets", "/reset", "/api/v1/password-resets/redeem", "mlr_"),
    ] {
        assert_eq!(nobody.post_to(path, json!({ "login": "ada@example.org" })).await.0, 202);
        let token = secrets.mailed(&nobody, "ada@", prefix).await;
        assert!(nobody.status(&format!("{door}/{token}")).await < 500);
        let mut form = json!({ "token": token });
        if prefix == "mlr_" {
            form["password"] = json!(SECOND);
        }
        let entered = nobody.post_to(redeem, form).await.1;
        secrets.keep(&entered["token"]);
    }
    let entered = nobody.post_to("/api/v1/sign-ins", sign_in(SECOND)).await.1;
    let ada = nobody.by(Credential::Bearer(secrets.keep(&entered["token"])));
    ada.post_to("/api/v1/me/emails", json!({ "email": "second@example.org" })).await;
    let token = secrets.mailed(&nobody, "second@", "mlv_").await;
    assert!(nobody.status(&format!("/confirm/{token}")).await < 500);
    assert_eq!(ada.post_to("/api/v1/me/emails/verify", json!({ "token": token })).await.0, 200);

    // What nobody understands is not repeated either: bodies that are no JSON, and secrets in the wrong place.
    assert_eq!(ada.post_to("/api/v1/organizations", json!({ "name": SECOND, "preset": WRONG })).await.0, 422);
    assert_eq!(nobody.status(&format!("/nowhere/{token}?token={token}")).await, 404);
    secrets.0.extend([PASSWORD, SECOND, INITIAL, WRONG, OPERATOR_TOKEN].map(str::to_owned));
    secrets.0.push(data_encoding::HEXLOWER.encode(&LINK_KEY));
    assert!(server.terminate().await.success());

    let log = std::fs::read_to_string(&log).unwrap();
    assert!(100_000 < log.len(), "little is logged: {}", log.len());
    assert!(20 < secrets.0.len(), "{}", secrets.0.len());
    for secret in &secrets.0 {
        // A part is enough to be found out by; prefixes are no secret.
        let part = &secret[..secret.len().min(40)];
        let line = log.lines().find(|line| line.contains(part));
        assert!(line.is_none(), "a secret is logged: {line:?}");
    }
}
