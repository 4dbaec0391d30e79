//! The mails of the three steps (S0.10–S0.12) as a real mail server takes them: in both languages, in both of their parts.

use mail_parser::MessageParser;
use membership_tests::caller::{Caller, Credential};
use membership_tests::deployment::{PASSWORD, link_in};
use membership_tests::mail_server::MailServer;
use membership_tests::process::{Process, Start};
use serde_json::{Value, json};

/// What the mails say in one language, in the order in which they come: the link that signs in, the news of an
/// acceptance, the news of a seat.
struct Language {
    tag: &'static str,
    subjects: [&'static str; 3],
    sentences: [&'static str; 3],
    greeting: &'static str,
}

const ENGLISH: Language = Language {
    tag: "en",
    subjects: ["Your login link", "Bo & Co has joined Lecture Hall", "You now have full access to Lecture Hall"],
    sentences: [
        "here is the link that signs you in",
        "Until you allocate a seat, Bo & Co has limited access.",
        "You have full access from this moment on.",
    ],
    greeting: "Hello",
};

const FRENCH: Language = Language {
    tag: "fr",
    subjects: [
        "Votre lien de connexion",
        "Bo & Co a rejoint Lecture Hall",
        "Votre accès complet à Lecture Hall est ouvert",
    ],
    sentences: [
        "Voici le lien qui vous connecte",
        "Tant qu’aucune place ne lui est attribuée, son accès reste limité.",
        "Vous y avez désormais un accès complet.",
    ],
    greeting: "Bonjour",
};

/// A mail as it was read from what arrived.
struct Arrived {
    subject: String,
    text: String,
    html: String,
}

/// A server that sends by a real mail server, and what has arrived there so far.
struct World {
    server: Process,
    mail_server: MailServer,
    waiting: Vec<(String, Arrived)>,
}

impl World {
    /// The next mail to somebody.
    async fn mail_to(&mut self, address: &str) -> Arrived {
        loop {
            if let Some(at) = self.waiting.iter().position(|(to, _)| to == address) {
                return self.waiting.remove(at).1;
            }
            let bytes = self.mail_server.next().await;
            let mail = MessageParser::default().parse(&bytes).expect("a mail that can be read");
            let recipients: Vec<_> =
                mail.to().expect("somebody it is to").iter().filter_map(|it| it.address()).collect();
            assert_eq!(recipients.len(), 1, "one recipient a mail: {recipients:?}");
            assert_eq!((mail.text_body_count(), mail.html_body_count()), (1, 1), "one text and one HTML part");
            let structure: Vec<_> = mail.parts.iter().map(|part| part.is_multipart()).collect();
            assert!(structure[0], "its parts are alternatives of each other");
            let arrived = Arrived {
                subject: mail.subject().expect("a subject").to_owned(),
                text: mail.body_text(0).expect("a text part").into_owned(),
                html: mail.body_html(0).expect("an HTML part").into_owned(),
            };
            self.waiting.push((recipients[0].to_owned(), arrived));
        }
    }

    async fn post(&self, who: &Caller, path: &str, body: Value, status: u16) -> Value {
        let (got, body) = who.post_to(path, body).await;
        assert_eq!(got, status, "{path}: {body}");
        body
    }

    /// Takes the newest invitation up as S0.10 has it, and gives back whoever is signed in now with the mailed link.
    async fn take_up(&mut self, email: &str, name: &str) -> (Caller, Arrived) {
        let nobody = Caller::nobody(&self.server.origin);
        let token = link_in(&self.mail_to(email).await.text);
        self.post(&nobody, "/api/v1/invitations/register", json!({ "token": token, "name": name }), 202).await;
        let login = self.mail_to(email).await;
        let form = json!({ "token": link_in(&login.text) });
        let signed_in = self.post(&nobody, "/api/v1/login-links/redeem", form, 201).await;
        assert_eq!(signed_in["password_change_required"], true);
        let person = nobody.by(Credential::Bearer(signed_in["token"].as_str().unwrap().to_owned()));
        assert_eq!(person.put_to("/api/v1/me/password", json!({ "password": PASSWORD })).await, 200);
        let accepted = self.post(&person, "/api/v1/invitations/accept", json!({ "token": token }), 201).await;
        (nobody.by(Credential::Bearer(accepted["token"].as_str().unwrap().to_owned())), login)
    }
}

/// The text as HTML would write it.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
}

async fn the_mails_of_the_three_steps_arrive(database_url: Option<String>) {
    let folder = tempfile::tempdir().unwrap();
    let mail_server = MailServer::start().await;
    let smtp_url = Some(mail_server.url.clone());
    let start = Start { data_dir: folder.path().to_owned(), database_url, smtp_url, ..Start::default() };
    let mut world = World { server: start.run().await, mail_server, waiting: Vec::new() };
    for language in [ENGLISH, FRENCH] {
        let (ada, bo) = (format!("ada.{}@example.org", language.tag), format!("bo.{}@example.org", language.tag));
        let operator = Caller::operator(&world.server.origin);
        let form = json!({ "name": "Lecture Hall", "preset": "group_subscription", "owner_email": ada,
            "language": language.tag, "seat_limit": 20 });
        let made = world.post(&operator, "/api/v1/operator/organizations", form, 201).await;
        let organization = format!("/api/v1/organizations/{}", made["id"].as_str().unwrap());
        let (owner, _) = world.take_up(&ada, "Ada").await;
        let offer = json!({ "email": bo, "language": language.tag });
        world.post(&owner, &format!("{organization}/invitations"), offer, 201).await;
        let (_, login) = world.take_up(&bo, "Bo & Co").await;
        let accepted = world.mail_to(&ada).await;
        let (_, members) = owner.get_from(&format!("{organization}/members?seat=false&q=bo")).await;
        let member = members["items"][0]["id"].as_str().unwrap().to_owned();
        let at_home = owner.in_organization(made["id"].as_str().unwrap());
        assert_eq!(at_home.put(&format!("/members/{member}/seat")).await.0, 200);
        let allocated = world.mail_to(&bo).await;

        let seats = format!("/organizations/{}/seats", made["id"].as_str().unwrap());
        let home = format!("/organizations/{}", made["id"].as_str().unwrap());
        let links = ["/login/mlo_", seats.as_str(), home.as_str()];
        for (number, mail) in [&login, &accepted, &allocated].into_iter().enumerate() {
            let (subject, sentence) = (language.subjects[number], language.sentences[number]);
            assert_eq!(mail.subject, subject, "{}", language.tag);
            let text = mail.text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(text.starts_with(language.greeting) && text.contains(sentence), "{subject}: {text}");
            assert!(text.contains(links[number]) && !text.contains("&amp;"), "{subject}: {text}");
            let html = mail.html.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(html.contains(&escaped(sentence)), "{subject}: {html}");
            assert!(html.contains(&format!("lang=\"{}\"", language.tag)), "{subject}: {html}");
            let href = format!("href=\"{}{}", world.server.origin, links[number]);
            assert!(html.contains(&href), "{subject} has no {href}: {html}");
        }
    }
    assert!(world.server.terminate().await.success());
}

#[tokio::test]
async fn s0_10_s0_11_s0_12_the_mails_arrive_at_a_real_mail_server_in_both_languages_sqlite() {
    the_mails_of_the_three_steps_arrive(None).await;
}

#[tokio::test]
async fn s0_10_s0_11_s0_12_the_mails_arrive_at_a_real_mail_server_in_both_languages_postgres() {
    the_mails_of_the_three_steps_arrive(Some(membership_tests::postgres::fresh_database().await)).await;
}
