//! The records that the viewer reaches (S3.4).

use askama::Template;
use axum::extract::{Path, Query};
use http::StatusCode;
use membership_core::id::OrganizationId;
use membership_core::port::{Cursor, RecordQuery};
use membership_core::view::RecordView;
use serde::Deserialize;
use uuid::Uuid;

use super::{all_of, level_word, place_of};
use crate::answer::{Answer, html};
use crate::local_path::query_value;
use crate::page::{Chip, Page};
use crate::pages::organization::seen;
use crate::search::searched;
use crate::visit::Visit;
use crate::words::Words;

/// How many rows a page shows.
const ROWS: u32 = 50;

#[derive(Template)]
#[template(path = "records.html")]
struct RecordsPage {
    page: Page,
    here: String,
    q: String,
    /// The type that was asked for.
    kind: String,
    restricted: Option<bool>,
    filters: Vec<Chip>,
    rows: Vec<Row>,
    total: u64,
    next: Option<String>,
    /// Whether anything was asked for but all.
    narrowed: bool,
}

struct Row {
    href: String,
    kind: String,
    id: String,
    restricted: bool,
    /// How far the viewer reaches it.
    reach: Option<String>,
}

/// Which records are shown.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    q: Option<String>,
    kind: Option<String>,
    restricted: Option<String>,
    /// The last record's name on the page before.
    after: Option<String>,
    done: Option<String>,
}

impl Asked {
    fn restricted(&self) -> Option<bool> {
        match self.restricted.as_deref() {
            Some("yes") => Some(true),
            Some("no") => Some(false),
            _ => None,
        }
    }

    fn query(&self) -> RecordQuery {
        RecordQuery {
            kind: searched(self.kind.as_deref()),
            text: searched(self.q.as_deref()),
            restricted: self.restricted(),
            cursor: self.after.clone().map(|after| Cursor { after, id: Uuid::nil() }),
            limit: ROWS,
            ..RecordQuery::default()
        }
    }

    /// The query of this search with that filter.
    fn with(&self, restricted: Option<bool>) -> Vec<String> {
        let typed = [("q", &self.q), ("kind", &self.kind)];
        let typed = typed.into_iter().filter_map(|(name, text)| Some((name, searched(text.as_deref())?)));
        let mut query: Vec<_> = typed.map(|(name, text)| format!("{name}={}", query_value(&text))).collect();
        query.extend(restricted.map(|it| format!("restricted={}", if it { "yes" } else { "no" })));
        query
    }
}

/// Shows the records.
pub(crate) async fn show(visit: Visit, Path(organization): Path<OrganizationId>, Query(asked): Query<Asked>) -> Answer {
    let view = seen(&visit, organization).await?;
    let words = visit.words;
    let listed = visit.web.memberships().records(organization, visit.actor()?, &asked.query()).await?;
    let next = listed.next.as_ref().map(|next| {
        let mut query = asked.with(asked.restricted());
        query.push(format!("after={}", query_value(&next.after)));
        format!("?{}", query.join("&"))
    });
    let template = RecordsPage {
        page: visit.page(words.t("records-title")).of(&view, "records").after(asked.done.as_deref()),
        here: all_of(organization),
        q: searched(asked.q.as_deref()).unwrap_or_default(),
        kind: searched(asked.kind.as_deref()).unwrap_or_default(),
        restricted: asked.restricted(),
        filters: filters(words, &asked),
        rows: listed.items.iter().map(|it| Row::of(words, organization, it)).collect(),
        total: listed.total,
        next,
        narrowed: !asked.with(asked.restricted()).is_empty(),
    };
    Ok(html(StatusCode::OK, &template))
}

fn filters(words: Words, asked: &Asked) -> Vec<Chip> {
    let chip = |restricted: Option<bool>, label: &str| Chip {
        href: format!("?{}", asked.with(restricted).join("&")),
        label: words.t(label),
        chosen: asked.restricted() == restricted,
    };
    vec![
        chip(None, "records-filter-all"),
        chip(Some(true), "records-filter-restricted"),
        chip(Some(false), "records-filter-open"),
    ]
}

impl Row {
    fn of(words: Words, organization: OrganizationId, view: &RecordView) -> Self {
        let name = &view.resource.name;
        Self {
            href: place_of(organization, name),
            kind: name.kind().to_owned(),
            id: name.id().to_owned(),
            restricted: view.resource.restricted,
            reach: view.level.map(|level| level_word(words, level)),
        }
    }
}
