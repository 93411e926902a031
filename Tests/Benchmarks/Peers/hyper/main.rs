//! The bench contract on hyper, serde and tokio-postgres, its checks by hand.

use std::{convert::Infallible, env, error::Error, net::SocketAddr, sync::Arc};

use chrono::{DateTime, Utc};
use hyper::service::{make_service_fn, service_fn};
use hyper::{body, header, Body, Method, Request, Response, Server, StatusCode};
use serde::{Deserialize, Serialize};
use tokio_postgres::{Client, NoTls, Statement};
use uuid::Uuid;

#[derive(Serialize)]
struct Greeting {
    id: i64,
    message: &'static str,
    is_new: bool,
}

#[derive(Deserialize, Serialize)]
struct OrderLine {
    product_id: Uuid,
    name: String,
    quantity: i64,
    unit_price: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

#[derive(Deserialize, Serialize)]
struct OrderDraft {
    customer_name: String,
    customer_email: String,
    items: Vec<OrderLine>,
}

#[derive(Serialize)]
struct Order {
    id: Uuid,
    customer_name: String,
    customer_email: String,
    items: Vec<OrderLine>,
    total: f64,
}

#[derive(Serialize)]
struct Item {
    id: i64,
    name: String,
    price: f64,
    stock: i64,
    created_at: DateTime<Utc>,
}

fn has_length(text: &str, least: usize, most: usize) -> bool {
    (least..=most).contains(&text.chars().count())
}

fn is_email(text: &str) -> bool {
    has_length(text, 3, 254)
        && text.split_once('@').map_or(false, |(name, host)| {
            !name.is_empty() && !host.is_empty() && !name.contains(' ') && !host.contains(['@', ' '])
        })
}

impl OrderLine {
    fn is_valid(&self) -> bool {
        has_length(&self.name, 1, 200)
            && (1..=1_000_000).contains(&self.quantity)
            && self.unit_price >= 0.0
            && (self.unit_price * 100.0).round() / 100.0 == self.unit_price
            && self.note.as_ref().map_or(true, |note| has_length(note, 0, 500))
    }
}

impl OrderDraft {
    fn is_valid(&self) -> bool {
        has_length(&self.customer_name, 1, 200)
            && is_email(&self.customer_email)
            && (1..=100).contains(&self.items.len())
            && self.items.iter().all(OrderLine::is_valid)
    }

    fn priced(self) -> Order {
        let cents: i64 =
            self.items.iter().map(|line| (line.unit_price * 100.0).round() as i64 * line.quantity).sum();
        Order {
            id: Uuid::new_v4(),
            customer_name: self.customer_name,
            customer_email: self.customer_email,
            items: self.items,
            total: cents as f64 / 100.0,
        }
    }
}

struct Database {
    client: Client,
    select_item: Statement,
}

impl Database {
    /// One connection: tokio-postgres pipelines what is queried at the same time.
    async fn connect() -> Result<Database, Box<dyn Error>> {
        let (client, connection) = tokio_postgres::connect(&env::var("BENCH_DATABASE")?, NoTls).await?;
        tokio::spawn(connection);
        let select_item = client
            .prepare("SELECT id, name, price::float8, stock, created_at FROM items WHERE id = $1")
            .await?;
        Ok(Database { client, select_item })
    }

    async fn item(&self, id: i64) -> Result<Option<Item>, tokio_postgres::Error> {
        let row = self.client.query_opt(&self.select_item, &[&id]).await?;
        Ok(row.map(|row| Item {
            id: row.get(0),
            name: row.get(1),
            price: row.get(2),
            stock: row.get(3),
            created_at: row.get(4),
        }))
    }
}

fn failed(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

fn json<T: Serialize>(value: &T) -> Response<Body> {
    match serde_json::to_vec(value) {
        Ok(bytes) => {
            let mut response = Response::new(Body::from(bytes));
            response
                .headers_mut()
                .insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
            response
        }
        Err(_) => failed(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

async fn price_order(request: Request<Body>) -> Response<Body> {
    let draft = match body::to_bytes(request.into_body()).await {
        Ok(bytes) => serde_json::from_slice::<OrderDraft>(&bytes).ok(),
        Err(_) => None,
    };
    match draft {
        Some(draft) if draft.is_valid() => json(&draft.priced()),
        _ => failed(StatusCode::BAD_REQUEST),
    }
}

async fn item(database: &Database, text: &str) -> Response<Body> {
    match text.parse::<i64>() {
        Ok(id) if (1..=10_000).contains(&id) => match database.item(id).await {
            Ok(Some(item)) => json(&item),
            Ok(None) => failed(StatusCode::NOT_FOUND),
            Err(_) => failed(StatusCode::INTERNAL_SERVER_ERROR),
        },
        _ => failed(StatusCode::BAD_REQUEST),
    }
}

async fn respond(request: Request<Body>, database: Arc<Database>) -> Result<Response<Body>, Infallible> {
    Ok(match (request.method(), request.uri().path()) {
        (&Method::GET, "/api/bench/greeting") => {
            json(&Greeting { id: 42, message: "Hello, world", is_new: true })
        }
        (&Method::POST, "/api/bench/orders") => price_order(request).await,
        (&Method::GET, path) => match path.strip_prefix("/api/bench/items/") {
            Some(text) => item(&database, text).await,
            None => failed(StatusCode::NOT_FOUND),
        },
        _ => failed(StatusCode::NOT_FOUND),
    })
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let database = Arc::new(Database::connect().await?);
    let service = make_service_fn(move |_| {
        let database = database.clone();
        async move { Ok::<_, Infallible>(service_fn(move |request| respond(request, database.clone()))) }
    });
    let address = SocketAddr::from(([127, 0, 0, 1], env::var("PORT")?.parse()?));
    Server::bind(&address).tcp_nodelay(true).serve(service).await?;
    Ok(())
}
