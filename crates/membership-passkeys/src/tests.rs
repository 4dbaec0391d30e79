//! What can be shown without an authenticator; what takes one is in the acceptance tests.

use uuid::Uuid;

use super::*;

fn passkeys() -> WebauthnPasskeys {
    WebauthnPasskeys::new("https://members.example.org").unwrap()
}

fn user() -> UserId {
    UserId(Uuid::from_u128(1))
}

#[test]
fn passkeys_are_bound_to_a_host_name_that_nobody_can_listen_to() {
    for good in ["https://members.example.org", "https://example.org:8443/", "http://localhost:8080"] {
        assert!(WebauthnPasskeys::new(good).is_ok(), "{good}");
    }
    for bad in ["http://members.example.org", "http://127.0.0.1:8080", "https://[::1]", "members.example.org", ""] {
        assert!(WebauthnPasskeys::new(bad).is_err(), "{bad}");
    }
}

#[test]
fn an_offer_says_whose_passkey_it_becomes_and_asks_for_the_person_behind_it() {
    let offer = passkeys().offer(user(), "ada@example.org", "Ada", &[]).unwrap();
    let options: Value = serde_json::from_str(&offer.options).unwrap();
    assert_eq!(options["rp"]["id"], "members.example.org");
    assert_eq!(options["user"]["name"], "ada@example.org");
    assert_eq!(options["user"]["id"], BASE64URL_NOPAD.encode(user().0.as_bytes()));
    assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
    assert_eq!(options["authenticatorSelection"]["residentKey"], "preferred");
    let again = passkeys().offer(user(), "ada@example.org", "Ada", &[]).unwrap();
    assert_ne!(offer.options, again.options, "every challenge is another");
}

#[test]
fn what_is_no_answer_holds_for_nothing() {
    let offer = passkeys().offer(user(), "ada@example.org", "Ada", &[]).unwrap();
    let any = passkeys().ask(&[]).unwrap();
    for answer in ["", "{}", "null", r#"{"id":"a","rawId":"YQ","type":"public-key","response":{}}"#] {
        assert_eq!(passkeys().made(&offer.state, answer), None, "{answer}");
        assert_eq!(passkeys().shown(&any.state, answer, &[]), None, "{answer}");
        assert_eq!(passkeys().claimed(answer), None, "{answer}");
    }
    assert_eq!(passkeys().made(&any.state, "{}"), None);
}
