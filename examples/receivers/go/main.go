// Receiver takes webhooks of Posthorn: it verifies them, drops duplicates, answers at once, and works later.
package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"log"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// The largest event of Posthorn, 4.5 MB, as base64 in a batch. Lower it to what your events need.
const maxBody = 8 << 20

const expectedSecrets = "WEBHOOK_SECRETS: expected whsec_ and the base64 of 24 bytes or more; several with blanks between"

// isSecret tells whether the text is a secret of Posthorn. The module takes others as well, and then refuses every request.
func isSecret(text string) bool {
	encoded, isPrefixed := strings.CutPrefix(text, "whsec_")
	key, err := base64.StdEncoding.DecodeString(encoded)
	return isPrefixed && err == nil && len(key) >= 24
}

type signer struct {
	secret  string
	webhook *standardwebhooks.Webhook
}

type receiver struct {
	signers []signer
	inbox   *inbox
}

// secretOf returns the secret that signed the request, or "" if none did or if it is more than five minutes old.
// The body is the bytes as they came: JSON that is parsed and written again is signed by nobody.
func (r *receiver) secretOf(body []byte, headers http.Header) string {
	for _, s := range r.signers {
		if s.webhook.Verify(body, headers) == nil {
			return s.secret
		}
	}
	return ""
}

func (r *receiver) hook(w http.ResponseWriter, req *http.Request) {
	status, text := r.answer(w, req)
	log.Print(status, " ", req.Header.Get("webhook-id"))
	w.WriteHeader(status)
	io.WriteString(w, text)
}

func (r *receiver) answer(w http.ResponseWriter, req *http.Request) (int, string) {
	body, err := io.ReadAll(http.MaxBytesReader(w, req.Body, maxBody))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return http.StatusRequestEntityTooLarge, "the body is too large"
	} else if err != nil {
		return http.StatusBadRequest, "the body broke off"
	}
	secret := r.secretOf(body, req.Header)
	if secret == "" {
		return http.StatusUnauthorized, "the signature or the time is wrong"
	}
	// The id is signed, the type is not.
	id, kind := req.Header.Get("webhook-id"), req.Header.Get("posthorn-event-type")
	if strings.HasPrefix(id, "chl_") && kind == "posthorn.challenge" {
		return challengeAnswer(w, secret, body)
	}
	events := []event{{ID: id, Type: kind, Body: body}}
	if req.Header.Get("posthorn-batch") != "" {
		if events, err = eventsIn(body); err != nil {
			return http.StatusBadRequest, err.Error()
		}
	} else if req.Header.Get("posthorn-test") == "true" {
		events = nil
	}
	if !r.inbox.accept(events, time.Now()) {
		w.Header().Set("retry-after", "5")
		return http.StatusServiceUnavailable, "too much to do"
	}
	return http.StatusAccepted, ""
}

func challengeAnswer(w http.ResponseWriter, secret string, body []byte) (int, string) {
	var asked struct{ Challenge *string }
	if err := json.Unmarshal(body, &asked); err != nil || asked.Challenge == nil {
		return http.StatusBadRequest, "expected a challenge"
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(*asked.Challenge))
	w.Header().Set("content-type", "application/json")
	return http.StatusOK, `{"response":"sha256=` + hex.EncodeToString(mac.Sum(nil)) + `"}`
}

func main() {
	log.SetOutput(os.Stdout)
	log.SetFlags(0)
	r := &receiver{inbox: newInbox(setting("QUEUE_SIZE", 1000))}
	for _, secret := range strings.Fields(os.Getenv("WEBHOOK_SECRETS")) {
		webhook, err := standardwebhooks.NewWebhook(secret)
		if err != nil || !isSecret(secret) {
			log.Fatal(expectedSecrets)
		}
		r.signers = append(r.signers, signer{secret, webhook})
	}
	if len(r.signers) == 0 {
		log.Fatal(expectedSecrets)
	}
	pause := time.Duration(setting("WORK_MS", 0)) * time.Millisecond
	worked := make(chan struct{})
	go func() {
		defer close(worked)
		for e := range r.inbox.queue {
			handle(e, pause)
		}
	}()

	mux := http.NewServeMux()
	mux.HandleFunc("POST /hook", r.hook)
	server := &http.Server{
		Addr:        ":" + strconv.Itoa(setting("PORT", 3000)),
		Handler:     mux,
		ReadTimeout: 30 * time.Second,
	}
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer cancel()
	go func() {
		if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
			log.Fatal(err)
		}
	}()
	<-stop.Done()
	server.Shutdown(context.Background())
	close(r.inbox.queue)
	<-worked
}

// handle does your own work. What was answered with 2xx does not come again: keep what fails.
func handle(e event, pause time.Duration) {
	time.Sleep(pause)
	log.Printf("handled %s %s, %d bytes", e.ID, e.Type, len(e.Body))
}

func setting(name string, otherwise int) int {
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	value, err := strconv.Atoi(text)
	if err != nil {
		log.Fatalf("%s: expected a number, got %q", name, text)
	}
	return value
}
