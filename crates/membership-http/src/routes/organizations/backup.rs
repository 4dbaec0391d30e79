//! `GET /organizations/{org}/backup`: everything the organization has, as a file (S3.8).

use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom};

use axum::body::{Body, Bytes};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use membership_backup::Writer;
use membership_core::command::TakeBackup;
use membership_core::facts::Scope;
use membership_core::port::StoreError;
use membership_core::service::Failure;
use tokio::io::AsyncReadExt;

use crate::admission::Acting;
use crate::call::Call;
use crate::problem::Problem;

/// How much of the file is sent at a time.
const CHUNK: usize = 64 << 10;

/// Take a backup: JSON Lines, without passwords, keys or links. That it was taken stands in the audit log.
#[utoipa::path(get, path = "/organizations/{org}/backup", tag = "organizations",
    responses((status = 200, description = "one line a row; the last one tells whether all arrived", body = String,
        content_type = "application/jsonl")))]
pub(crate) async fn backup(call: Call<Acting>) -> Result<Response, Problem> {
    let command = TakeBackup { organization: call.organization()?, by: call.by.0 };
    let keeper = call.keeper(command.organization.0).await?;
    let taken_at = call.memberships().ports().store.read(&Scope::default()).await.map_err(Failure::Store)?.now;
    // Into a file without a name first: whoever fetches slowly holds neither the database nor our memory.
    let mut writer = tempfile::tempfile()
        .and_then(|file| Writer::new(BufWriter::new(file), command.organization, taken_at))
        .map_err(no_room)?;
    let mut written = Ok(());
    let mut sink = |piece: membership_core::backup::Piece| {
        written = writer.piece(&piece);
        written.is_ok()
    };
    call.api.backups.take(&command, keeper.request(), &mut sink).await?;
    written.map_err(no_room)?;
    let (file, length) = rewound(writer).map_err(no_room)?;
    let name = format!("attachment; filename=\"backup-{}.jsonl\"", command.organization);
    let headers = [
        (CONTENT_TYPE, "application/jsonl".to_owned()),
        (CONTENT_DISPOSITION, name),
        (CONTENT_LENGTH, length.to_string()),
    ];
    Ok((headers, sent(file)).into_response())
}

fn rewound(writer: Writer<BufWriter<File>>) -> io::Result<(File, u64)> {
    let mut file = writer.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?;
    let length = file.stream_position()?;
    file.seek(SeekFrom::Start(0))?;
    Ok((file, length))
}

fn sent(file: File) -> Body {
    let file = tokio::fs::File::from_std(file);
    Body::from_stream(stream::try_unfold(file, |mut file| async move {
        let mut chunk = vec![0; CHUNK];
        let read = file.read(&mut chunk).await?;
        chunk.truncate(read);
        Ok::<_, io::Error>((0 < read).then(|| (Bytes::from(chunk), file)))
    }))
}

/// The disk is full, or cannot be written to: as when a store has no room.
fn no_room(error: io::Error) -> Problem {
    Problem::from(Failure::Store(StoreError::Busy(error.to_string())))
}
