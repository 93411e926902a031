// The bench contract on fasthttp, json-iterator and pgx's pool, its checks by hand.
package main

import (
	"context"
	"errors"
	"log"
	"math"
	"os"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v4"
	"github.com/jackc/pgx/v4/pgxpool"
	jsoniter "github.com/json-iterator/go"
	"github.com/valyala/fasthttp"
)

var json = jsoniter.ConfigCompatibleWithStandardLibrary

type Greeting struct {
	ID      int    `json:"id"`
	Message string `json:"message"`
	IsNew   bool   `json:"is_new"`
}

type OrderLine struct {
	ProductID uuid.UUID `json:"product_id"`
	Name      string    `json:"name"`
	Quantity  int64     `json:"quantity"`
	UnitPrice float64   `json:"unit_price"`
	Note      *string   `json:"note,omitempty"`
}

type OrderDraft struct {
	CustomerName  string      `json:"customer_name"`
	CustomerEmail string      `json:"customer_email"`
	Items         []OrderLine `json:"items"`
}

type Order struct {
	ID uuid.UUID `json:"id"`
	OrderDraft
	Total float64 `json:"total"`
}

type Item struct {
	ID        int64     `json:"id"`
	Name      string    `json:"name"`
	Price     float64   `json:"price"`
	Stock     int64     `json:"stock"`
	CreatedAt time.Time `json:"created_at"`
}

const selectItem = "SELECT id, name, price::float8, stock, created_at FROM items WHERE id = $1"

func hasLength(text string, least, most int) bool {
	count := utf8.RuneCountInString(text)
	return count >= least && count <= most
}

func isEmail(text string) bool {
	name, host, found := strings.Cut(text, "@")
	return found && name != "" && host != "" && !strings.ContainsAny(host, "@ ") && !strings.Contains(name, " ") &&
		hasLength(text, 3, 254)
}

func (line *OrderLine) isValid() bool {
	return hasLength(line.Name, 1, 200) && line.Quantity >= 1 && line.Quantity <= 1_000_000 && line.UnitPrice >= 0 &&
		math.Round(line.UnitPrice*100)/100 == line.UnitPrice && (line.Note == nil || hasLength(*line.Note, 0, 500))
}

func (draft *OrderDraft) isValid() bool {
	if !hasLength(draft.CustomerName, 1, 200) || !isEmail(draft.CustomerEmail) ||
		len(draft.Items) < 1 || len(draft.Items) > 100 {
		return false
	}
	for index := range draft.Items {
		if !draft.Items[index].isValid() {
			return false
		}
	}
	return true
}

func (draft *OrderDraft) total() float64 {
	cents := int64(0)
	for index := range draft.Items {
		cents += int64(math.Round(draft.Items[index].UnitPrice*100)) * draft.Items[index].Quantity
	}
	return float64(cents) / 100
}

func write(context *fasthttp.RequestCtx, value any) {
	body, err := json.Marshal(value)
	if err != nil {
		context.Error("Internal Server Error", fasthttp.StatusInternalServerError)
		return
	}
	context.SetContentType("application/json")
	context.SetBody(body)
}

func priceOrder(context *fasthttp.RequestCtx) {
	var draft OrderDraft
	if err := json.Unmarshal(context.PostBody(), &draft); err != nil || !draft.isValid() {
		context.Error("Bad Request", fasthttp.StatusBadRequest)
		return
	}
	write(context, Order{ID: uuid.New(), OrderDraft: draft, Total: draft.total()})
}

func item(context *fasthttp.RequestCtx, pool *pgxpool.Pool, text string) {
	id, err := strconv.Atoi(text)
	if err != nil || id < 1 || id > 10_000 {
		context.Error("Bad Request", fasthttp.StatusBadRequest)
		return
	}
	var item Item
	err = pool.QueryRow(context, selectItem, id).
		Scan(&item.ID, &item.Name, &item.Price, &item.Stock, &item.CreatedAt)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		context.Error("Not Found", fasthttp.StatusNotFound)
	case err != nil:
		context.Error("Internal Server Error", fasthttp.StatusInternalServerError)
	default:
		write(context, item)
	}
}

func respond(pool *pgxpool.Pool) fasthttp.RequestHandler {
	return func(context *fasthttp.RequestCtx) {
		path := string(context.Path())
		switch {
		case path == "/api/bench/greeting" && context.IsGet():
			write(context, Greeting{ID: 42, Message: "Hello, world", IsNew: true})
		case path == "/api/bench/orders" && context.IsPost():
			priceOrder(context)
		case strings.HasPrefix(path, "/api/bench/items/") && context.IsGet():
			item(context, pool, strings.TrimPrefix(path, "/api/bench/items/"))
		default:
			context.Error("Not Found", fasthttp.StatusNotFound)
		}
	}
}

func main() {
	configuration, err := pgxpool.ParseConfig(os.Getenv("BENCH_DATABASE"))
	if err != nil {
		log.Fatal(err)
	}
	configuration.MinConns, configuration.MaxConns = 16, 16
	pool, err := pgxpool.ConnectConfig(context.Background(), configuration)
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(fasthttp.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), respond(pool)))
}
