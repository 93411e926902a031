// The bench contract on net/http, encoding/json and pgx's pool, its checks by hand.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"log"
	"math"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v4"
	"github.com/jackc/pgx/v4/pgxpool"
)

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

func write(response http.ResponseWriter, value any) {
	response.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(response).Encode(value); err != nil {
		log.Print(err)
	}
}

func greeting(response http.ResponseWriter, request *http.Request) {
	write(response, Greeting{ID: 42, Message: "Hello, world", IsNew: true})
}

func priceOrder(response http.ResponseWriter, request *http.Request) {
	var draft OrderDraft
	body := http.MaxBytesReader(response, request.Body, 1<<20)
	if err := json.NewDecoder(body).Decode(&draft); err != nil || !draft.isValid() {
		http.Error(response, "Bad Request", http.StatusBadRequest)
		return
	}
	write(response, Order{ID: uuid.New(), OrderDraft: draft, Total: draft.total()})
}

func item(pool *pgxpool.Pool) http.HandlerFunc {
	return func(response http.ResponseWriter, request *http.Request) {
		id, err := strconv.Atoi(strings.TrimPrefix(request.URL.Path, "/api/bench/items/"))
		if err != nil || id < 1 || id > 10_000 {
			http.Error(response, "Bad Request", http.StatusBadRequest)
			return
		}
		var item Item
		err = pool.QueryRow(request.Context(), selectItem, id).
			Scan(&item.ID, &item.Name, &item.Price, &item.Stock, &item.CreatedAt)
		switch {
		case errors.Is(err, pgx.ErrNoRows):
			http.NotFound(response, request)
		case err != nil:
			http.Error(response, "Internal Server Error", http.StatusInternalServerError)
		default:
			write(response, item)
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
	http.HandleFunc("/api/bench/greeting", greeting)
	http.HandleFunc("/api/bench/orders", priceOrder)
	http.HandleFunc("/api/bench/items/", item(pool))
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}
