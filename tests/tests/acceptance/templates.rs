//! The texts of mails: an organization's own, and an inviter's for one invitation (S0.8, S1.5).

use membership_tests::deployment::{Deployment, address, link_in};
use membership_tests::mail_server::MailServer;
use membership_tests::on_every_store;
use serde_json::{Value, json};

on_every_store! {
    s0_8_a_template_says_what_invitations_say_and_the_link_survives,
    s0_8_the_inviter_edits_the_text_of_one_invitation,
    s0_8_a_preview_shows_the_mail_and_saves_nothing,
    s1_5_only_who_administers_words_mails,
    i7_a_mail_says_what_it_was_written_with,
    a56_what_people_write_is_text,
    templates_arrive_at_a_real_mail_server_in_both_languages,
}

const BAD: [(&str, &str); 7] = [
    ("Come and join us!", "missing-placeholder"),
    ("{% if message %}{{ link }}{% endif %}", "missing-placeholder"),
    ("{{ link }} {{ nobody }}", "unknown-placeholder"),
    ("{{ link }} {% for x in link %}x{% endfor %}", "not-a-placeholder"),
    ("{{ link }} {{ link|safe }}", "not-a-placeholder"),
    ("{{ link }} {% if message %}", "unbalanced-condition"),
    ("", "empty"),
];

fn template(organization: &str, kind: &str, language: &str) -> String {
    format!("/api/v1/organizations/{organization}/templates/{kind}/{language}")
}

fn wording(text: &str) -> Value {
    json!({ "subject": "{{ organization }} awaits you", "text": text })
}

async fn s0_8_a_template_says_what_invitations_say_and_the_link_survives(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "group_subscription").await;
    let path = template(&organization, "invitation", "en");
    let before = ada.get(&path).await;
    assert_eq!(before.header("etag"), "\"0\"");
    let before = before.expect(200);
    assert_eq!((&before["own"], &before["problem"]), (&json!(false), &Value::Null));
    assert!(before["text"].as_str().unwrap().contains("{{ link }}"), "{before}");
    for (text, rule) in BAD {
        let problem = ada.put(&path, Some(wording(text))).await.refused(422, "invalid-input");
        assert_eq!((&problem["field"], &problem["rule"]), (&json!("text"), &json!(rule)), "{text}: {problem}");
    }
    let missing = ada.put(&path, Some(wording("Come!"))).await.text;
    assert!(missing.contains("{{ link }}"), "the error names the placeholder: {missing}");
    let saved = ada.with("if-match", "\"0\"").put(&path, Some(wording("Come on!\n\n{{ link }}"))).await;
    assert_eq!(saved.header("etag"), "\"1\"");
    ada.with("if-match", "\"0\"").put(&path, Some(wording("{{ link }}"))).await.refused(412, "changed-meanwhile");
    assert_eq!(ada.get(&path).await.expect(200)["text"], "Come on!\n\n{{ link }}");

    deployment.joined(&ada, &organization, "Bob", "member").await;
    let mails = deployment.mails().await;
    let mail = mails.iter().find(|it| it.subject == "Acme awaits you").expect("worded by the organization");
    assert!(mail.text.starts_with("Come on!\n\nhttp"), "{}", mail.text);
    assert!(mail.html.contains("Come on!") && mail.html.contains("Accept the invitation"), "{}", mail.html);

    ada.delete(&path).await.expect(204);
    let back = ada.get(&path).await;
    assert_eq!(back.header("etag"), "\"2\"", "a number is never used again");
    assert_eq!(back.expect(200)["own"], false);
    let invite = format!("/api/v1/organizations/{organization}/invitations");
    ada.post(&invite, json!({ "email": address("Cleo") })).await.expect(201);
    assert!(deployment.mail_to("cleo@example.org").await.subject.contains("invites you to join"));
    let log = ada.get(&format!("/api/v1/organizations/{organization}/events")).await.expect(200).to_string();
    assert!(log.contains("template-saved") && log.contains("template-reset") && log.contains("Come on!"), "{log}");
}

async fn s0_8_the_inviter_edits_the_text_of_one_invitation(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "group_subscription").await;
    let invite = format!("/api/v1/organizations/{organization}/invitations");
    let offer =
        |name: &str, text: &str| json!({ "email": address(name), "message": "Bring cake.", "wording": wording(text) });
    for (text, rule) in BAD {
        let problem = ada.post(&invite, offer("Bob", text)).await.refused(422, "invalid-input");
        assert_eq!((&problem["field"], &problem["rule"]), (&json!("wording.text"), &json!(rule)), "{problem}");
    }
    let made = ada.post(&invite, offer("Bob", "Dear Bob,\n\n{{ message }}\n\n{{ link }}")).await.expect(201);
    ada.post(&invite, json!({ "email": address("Cleo") })).await.expect(201);
    let first = deployment.mail_to("bob@example.org").await;
    assert_eq!(first.subject, "Acme awaits you");
    assert!(first.text.starts_with("Dear Bob,\n\n> Bring cake.\n\nhttp"), "{}", first.text);
    assert!(deployment.mail_to("cleo@example.org").await.subject.contains("invites you"), "only this one is worded so");
    deployment.pass(time::Duration::hours(1));
    ada.post(&format!("{invite}/{}/resend", made["id"].as_str().unwrap()), json!({})).await.expect(200);
    let again = deployment.mail_to("bob@example.org").await;
    assert_ne!(link_in(&again.text), link_in(&first.text));
    assert!(again.text.starts_with("Dear Bob,"), "a resend keeps the text: {}", again.text);
    deployment.taken_up("Bob").await;
}

async fn s0_8_a_preview_shows_the_mail_and_saves_nothing(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "account").await;
    let brand = json!({ "branding": { "accent": "#0b5cad", "logo_url": "https://example.org/logo.png" } });
    ada.patch(&format!("/api/v1/organizations/{organization}"), brand).await.expect(200);
    let list = ada.get(&format!("/api/v1/organizations/{organization}/templates")).await.expect(200);
    let templates = list["items"].as_array().unwrap();
    assert_eq!(templates.len(), 26);
    for it in templates {
        let path = template(&organization, it["kind"].as_str().unwrap(), it["language"].as_str().unwrap());
        for body in
            [json!({}), json!({ "subject": it["subject"], "text": format!("{}\n!", it["text"].as_str().unwrap()) })]
        {
            let shown = ada.post(&format!("{path}/preview"), body).await.expect(200);
            let whole = shown.to_string();
            assert!(!whole.contains("{{") && !whole.contains("{%"), "{path}: {whole}");
            assert!(shown["text"].as_str().unwrap().contains("Acme"), "{path}: {whole}");
            assert!(whole.contains("#0b5cad") && whole.contains("https://example.org/logo.png"), "{path}: {whole}");
        }
        assert_eq!(ada.get(&path).await.expect(200)["own"], false);
    }
    let path = template(&organization, "invitation", "en");
    let shown = ada.post(&format!("{path}/preview"), wording("Here: {{ link }}")).await.expect(200);
    assert!(shown["text"].as_str().unwrap().contains("/i/mli_example"), "no link that works: {shown}");
    ada.post(&format!("{path}/preview"), wording("Nowhere")).await.refused(422, "invalid-input");
    ada.post(&format!("{path}/preview"), json!({ "text": "{{ link }}" })).await.refused(422, "invalid-input");
    let gone = ada.get(&template(&organization, "password_reset", "en")).await;
    assert_eq!(gone.status, 422, "nobody words a warning away: {}", gone.text);
}

async fn s1_5_only_who_administers_words_mails(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "team").await;
    let path = template(&organization, "invitation", "en");
    let member = deployment.joined(&ada, &organization, "Bob", "member").await;
    member.put(&path, Some(wording("{{ link }}"))).await.refused(403, "permission-missing");
    member.delete(&path).await.refused(403, "permission-missing");
    member.get(&path).await.refused(403, "permission-missing");
    member.post(&format!("{path}/preview"), json!({})).await.refused(403, "permission-missing");
    let admin = deployment.joined(&ada, &organization, "Cleo", "admin").await;
    admin.put(&path, Some(wording("Admin: {{ link }}"))).await.expect(200);
    ada.put(&path, Some(wording("Owner: {{ link }}"))).await.expect(200);
    deployment.person("Eve").await.get(&path).await.refused(404, "unknown-organization");
}

async fn i7_a_mail_says_what_it_was_written_with(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "team").await;
    let path = template(&organization, "invitation", "en");
    let invite = format!("/api/v1/organizations/{organization}/invitations");
    ada.put(&path, Some(wording("Before: {{ link }}"))).await.expect(200);
    ada.post(&invite, json!({ "email": address("Bob") })).await.expect(201);
    ada.put(&path, Some(wording("After: {{ link }}"))).await.expect(200);
    ada.post(&invite, json!({ "email": address("Cleo") })).await.expect(201);
    ada.delete(&path).await.expect(204);
    assert!(deployment.mail_to("bob@example.org").await.text.starts_with("Before: "));
    assert!(deployment.mail_to("cleo@example.org").await.text.starts_with("After: "));
    // A reminder is written when it is due, with what its own template says then.
    let reminder = template(&organization, "reminder", "en");
    ada.put(&reminder, Some(wording("Remember {{ link }}"))).await.expect(200);
    deployment.pass(time::Duration::days(6));
    let reminded = deployment.mail_to("bob@example.org").await;
    assert!(reminded.text.starts_with("Remember http"), "{}", reminded.text);
}

async fn a56_what_people_write_is_text(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "team").await;
    let path = template(&organization, "invitation", "en");
    let evil =
        "<script>alert(1)</script> https://evil.example/x www.evil.example a@evil.example {{ inviter }}\n{{ link }}";
    ada.put(&path, Some(wording(evil))).await.expect(200);
    let injected = json!({ "subject": "Hi\r\nBcc: eve@example.org", "text": "{{ link }}" });
    ada.put(&path, Some(injected)).await.refused(422, "invalid-input");
    let invite = format!("/api/v1/organizations/{organization}/invitations");
    ada.post(&invite, json!({ "email": address("Bob") })).await.expect(201);
    let mail = deployment.mail_to("bob@example.org").await;
    for part in [&mail.text, &mail.html] {
        for token in ["evil.example", "://evil", "www.evil", "a@evil"] {
            assert!(!part.contains(token), "{token} in {part}");
        }
    }
    assert!(!mail.html.contains("<script"), "{}", mail.html);
    assert_eq!(mail.html.matches("href=").count(), 1, "{}", mail.html);
}

async fn templates_arrive_at_a_real_mail_server_in_both_languages(deployment: Deployment) {
    let mut mail_server = MailServer::start().await;
    let url = mail_server.url.clone();
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "team").await;
    let texts = [("en", "Café at {{ organization }}?"), ("fr", "Un café à {{ organization }} ?")];
    for (language, line) in texts {
        let text = format!("{line}\n\n{{{{ link }}}}");
        ada.put(&template(&organization, "invitation", language), Some(wording(&text))).await.expect(200);
    }
    deployment.mails().await;
    let deployment = deployment.again(|settings| settings.smtp_url = Some(url.into()));
    let invite = format!("/api/v1/organizations/{organization}/invitations");
    for (language, line) in texts {
        let offer = json!({ "email": address(&format!("Reader {language}")), "language": language });
        ada.post(&invite, offer).await.expect(201);
        deployment.app.courier.run_once().await.expect("the courier works");
        let bytes = mail_server.next().await;
        let mail = mail_parser::MessageParser::default().parse(&bytes).expect("a mail");
        assert_eq!(mail.subject(), Some("Acme awaits you"));
        let line = line.replace("{{ organization }}", "Acme");
        for part in [mail.body_text(0), mail.body_html(0)] {
            let part = part.expect("both parts");
            assert!(part.contains(&line) && part.contains("/i/mli_"), "{part}");
        }
    }
}
