//! Where an import begins: a file is chosen or rows are pasted; then it is tried, and then started.

use askama::Template;
use axum::extract::{Path, State};
use http::StatusCode;
use membership_core::id::{ImportId, OrganizationId};
use membership_core::import::Existing;
use membership_core::input::InvalidInput;
use membership_core::refusal::Refusal;
use membership_core::role::RoleKey;
use membership_core::service::{ImportTerms, ImportView};
use membership_core::view::OrganizationView;
use membership_http::{ImportFile, import_template};

use crate::answer::{Answer, html, see_other};
use crate::form::field::choose;
use crate::form::{Choice, Choices, Field, Posted, Problems, Uploaded};
use crate::page::Page;
use crate::pages::importing::parcel::Parcel;
use crate::pages::importing::{home, page_of, seen_by_importer, trial};
use crate::stop::or_refusal;
use crate::visit::Visit;
use crate::web::Web;
use crate::words::Words;

/// The columns of the template, in its order, and those that only a header can name.
pub(crate) const COLUMNS: [&str; 12] = [
    "last_name",
    "first_name",
    "email",
    "labels",
    "send_email",
    "password",
    "language",
    "additional_information",
    "groups",
    "number",
    "role",
    "deactivates_at",
];

#[derive(Template)]
#[template(path = "import.html")]
struct ImportPage {
    page: Page,
    here: String,
    template: String,
    back: String,
    file: Field,
    rows: Field,
    /// The file that was chosen before, sealed, if the form was not carried out for another reason.
    kept: Option<String>,
    terms: TermFields,
    columns: Vec<(String, String)>,
    earlier: Vec<Earlier>,
}

/// How an import goes about it, to be chosen.
pub(super) struct TermFields {
    pub existing: Choices,
    pub role: Field,
}

/// An import of the last days.
struct Earlier {
    href: String,
    title: String,
    state: String,
    told: String,
}

/// Asks for a file.
pub(crate) async fn show(visit: Visit, Path(organization): Path<OrganizationId>) -> Answer {
    let view = seen_by_importer(&visit, organization).await?;
    form(&visit, &view, (None, None), &Problems::none(visit.words)).await
}

/// The file to begin with.
pub(crate) async fn template(visit: Visit, Path(organization): Path<OrganizationId>) -> Answer {
    seen_by_importer(&visit, organization).await?;
    Ok(import_template())
}

/// Tries a file, or starts the import of one that was tried.
pub(crate) async fn act(
    State(web): State<Web>,
    Path(organization): Path<OrganizationId>,
    Uploaded { posted, file }: Uploaded,
) -> Answer {
    let visit = &posted.visit;
    let by = visit.actor()?;
    let view = seen_by_importer(visit, organization).await?;
    let parcel = Parcel { organization, user: visit.user()? };
    let mut problems = Problems::none(visit.words);
    let terms = problems.read(terms(&posted));
    let pasted = file.is_none() && !posted.text("rows").trim().is_empty();
    let bytes = match file {
        Some(file) => Ok(file.to_vec()),
        None => carried(&web, &posted, parcel),
    };
    let read = bytes.and_then(|bytes| Ok((ImportFile::read(&bytes)?, bytes)));
    let read = problems.read(read.map_err(|input| if pasted { input.about("rows") } else { input }));
    // Pasted rows stay where they were typed; a browser forgets a file.
    let kept = |bytes: &[u8]| if pasted { None } else { parcel.close(web.memberships(), bytes) };
    let (terms, file, bytes) = match (terms, read) {
        (Some(terms), Some((file, bytes))) => (terms, file, bytes),
        (_, read) => {
            let kept = read.and_then(|(_, bytes)| kept(&bytes));
            return form(visit, &view, (Some(&posted), kept), &problems).await;
        }
    };
    if posted.text("do") == "start" {
        let id = ImportId(posted.once().id("import"));
        let receipt = posted.once().receipt(web.memberships(), organization.0).await?;
        let request = posted.once().request(visit, organization.0);
        let which = (organization, by, id);
        let begun = web.accounts.begin_import(which, (&terms, &file.rows), request, |_| Some(receipt.clone())).await;
        match or_refusal(begun)? {
            Ok(_) => return Ok(see_other(&format!("/organizations/{organization}/members/imports/{id}"))),
            Err(refusal) => problems.add(&refusal),
        }
        return form(visit, &view, (Some(&posted), kept(&bytes)), &problems).await;
    }
    let reports = match or_refusal(web.accounts.rehearse_import(organization, by, (&terms, &file.rows)).await)? {
        Ok(reports) => reports,
        Err(refusal) => {
            problems.add(&refusal);
            return form(visit, &view, (Some(&posted), kept(&bytes)), &problems).await;
        }
    };
    match parcel.close(web.memberships(), &bytes) {
        Some(sealed) => trial::page(&posted, &view, (&file, &reports), sealed),
        None => {
            problems.add(&Refusal::Invalid(unopened()));
            form(visit, &view, (Some(&posted), None), &problems).await
        }
    }
}

/// The rows that were pasted, or the file that the page before carried.
fn carried(web: &Web, posted: &Posted, parcel: Parcel) -> Result<Vec<u8>, InvalidInput> {
    let (sealed, rows) = (posted.text("sealed"), posted.text("rows"));
    if !rows.trim().is_empty() {
        return Ok(rows.as_bytes().to_vec());
    }
    if sealed.is_empty() {
        return Err(InvalidInput::new("file", "none-chosen", "must be chosen, unless rows are pasted"));
    }
    parcel.open(web.memberships(), sealed).ok_or_else(unopened)
}

fn unopened() -> InvalidInput {
    InvalidInput::new("file", "to-be-chosen-again", "must be chosen again: it waited for too long")
}

fn terms(posted: &Posted) -> Result<ImportTerms, InvalidInput> {
    let existing = posted.optional("existing").map(Existing::parse).transpose()?.unwrap_or_default();
    Ok(ImportTerms { existing, role: posted.optional("role").map(RoleKey::parse).transpose()? })
}

/// The page, with what was typed and the file that was chosen before.
async fn form(
    visit: &Visit,
    view: &OrganizationView,
    (posted, kept): (Option<&Posted>, Option<String>),
    problems: &Problems,
) -> Answer {
    let words = visit.words;
    let organization = view.head.organization.id;
    let imports = visit.web.memberships().imports(organization, visit.actor()?).await?;
    let here = home(organization);
    let about = |name: &&str| {
        let key = name.replace('_', "-");
        (words.t(&format!("column-{key}")), words.t(&format!("column-{key}-about")))
    };
    let template = ImportPage {
        page: page_of(visit, view, words.t("import-title")).with_problem(problems.summary()),
        template: format!("/organizations/{organization}/members/import-template.csv"),
        back: format!("/organizations/{organization}/members"),
        file: Field::line("file", words.t("field-file"))
            .of_kind("file")
            .hinted(words.t("hint-file"))
            .optional()
            .judged(problems),
        rows: Field::area("rows", words.t("field-rows"), 6)
            .with(posted.map_or("", |posted| posted.text("rows")))
            .hinted(words.t("hint-rows"))
            .optional()
            .judged(problems),
        kept,
        terms: term_fields(words, view, posted, problems),
        columns: COLUMNS.iter().map(about).collect(),
        earlier: imports.iter().map(|it| Earlier::of(words, &here, it)).collect(),
        here,
    };
    Ok(html(if problems.summary().is_some() { problems.status() } else { StatusCode::OK }, &template))
}

/// The choices of how an import goes about it.
pub(super) fn term_fields(
    words: Words,
    view: &OrganizationView,
    posted: Option<&Posted>,
    problems: &Problems,
) -> TermFields {
    let typed = |name: &str| posted.map_or("", |posted| posted.text(name));
    let ways = Existing::ALL.map(|it| Choice {
        value: it.as_str().to_owned(),
        title: words.t(&format!("existing-{}", it.as_str())),
        about: words.t(&format!("existing-{}-about", it.as_str())),
        chosen: false,
    });
    let policy = &view.head.organization.policy;
    let role = posted.map_or(policy.role_scheme.default_role().as_str(), |posted| posted.text("role"));
    let roles = view.grantable_roles.iter().map(|key| Choice {
        value: key.to_string(),
        title: words.role(key.as_str()),
        about: String::new(),
        chosen: false,
    });
    TermFields {
        existing: Choices::new("existing", words.t("field-existing"), choose(ways.into(), typed("existing")))
            .judged(problems),
        role: Field::select("role", words.t("field-import-role"), choose(roles.collect(), role))
            .hinted(words.t("hint-import-role"))
            .judged(problems),
    }
}

impl Earlier {
    fn of(words: Words, here: &str, view: &ImportView) -> Self {
        let import = &view.import;
        Self {
            // `…/members/import` becomes `…/members/imports/…`.
            href: format!("{here}s/{}", import.id),
            title: words.moment(import.created_at),
            state: words.t(&format!("import-state-{}", import.state.as_str())),
            told: words.n("import-rows", import.total),
        }
    }
}
