package evotor

import (
	"bytes"
	"fmt"
	"image/png"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"time"
)

// Limits of an image (API V2, Изображения товаров).
const (
	maxImage  = 5242880
	imageSide = 300
)

// picture is the image of a product: at most one.
type picture struct {
	id, url string
	size    int
	created time.Time
}

func (s *shop) appendImage(dst []byte, it *item, img *picture) []byte {
	at := img.created.Format(layout)
	return append(dst, fmt.Sprintf(`{"id":"%s","user_id":"%s","store_id":"%s","product_id":"%s","url":"%s","meta":{"extension":"png","file_size":%d,"width":%d,"height":%d},"created_at":"%s","updated_at":"%s"}`,
		img.id, userID, s.id, it.id, img.url, img.size, imageSide, imageSide, at, at)...)
}

func newImage(id string, size int, now time.Time) *picture {
	return &picture{id: id, url: "https://example.com/images/" + id[:8] + "/" + id[24:] + ".png", size: size, created: now.UTC()}
}

func (s *Server) getImages(c *call) (answer, error) {
	it, err := c.one()
	if err != nil {
		return answer{}, err
	}
	list := []byte{'['}
	for i, img := range it.images {
		if i > 0 {
			list = append(list, ',')
		}
		list = c.shop.appendImage(list, it, img)
	}
	return answer{body: envelope(append(list, ']'), "")}, nil
}

func (s *Server) getImage(c *call) (answer, error) {
	it, err := c.one()
	if err != nil {
		return answer{}, err
	}
	for _, img := range it.images {
		if img.id == c.parts[5] {
			return answer{body: c.shop.appendImage(nil, it, img)}, nil
		}
	}
	return answer{}, c.notFound()
}

// postImage takes a PNG of 300 by 300 in the field datafile; to replace one is
// to delete it first.
func (s *Server) postImage(c *call) (answer, error) {
	it, err := c.one()
	if err != nil {
		return answer{}, err
	}
	data, ok := c.datafile()
	if !ok || len(data) > maxImage || len(it.images) > 0 {
		return answer{}, invalid(violation{subject: "datafile", reason: reasonInvalid})
	}
	size, err := png.DecodeConfig(bytes.NewReader(data))
	if err != nil || size.Width != imageSide || size.Height != imageSide {
		return answer{}, invalid(violation{subject: "datafile", reason: reasonInvalid})
	}
	s.made++
	it.images = []*picture{newImage(uuid(s.o.Seed, "image", itoa(s.made)), len(data), s.now())}
	return answer{body: c.shop.appendImage(nil, it, it.images[0])}, nil
}

// datafile gives the content of the field of that name.
func (c *call) datafile() ([]byte, bool) {
	_, params, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if err != nil {
		return nil, false
	}
	r := multipart.NewReader(bytes.NewReader(c.body), params["boundary"])
	for {
		part, err := r.NextPart()
		if err != nil {
			return nil, false
		}
		if part.FormName() == "datafile" {
			data, err := io.ReadAll(part)
			return data, err == nil
		}
	}
}

func (s *Server) deleteImages(c *call) (answer, error) {
	it, err := c.one()
	if err != nil {
		return answer{}, err
	}
	it.images = nil
	return answer{status: http.StatusNoContent}, nil
}

func (s *Server) deleteImage(c *call) (answer, error) {
	it, err := c.one()
	if err != nil {
		return answer{}, err
	}
	for i, img := range it.images {
		if img.id == c.parts[5] {
			it.images = append(it.images[:i:i], it.images[i+1:]...)
			return answer{status: http.StatusNoContent}, nil
		}
	}
	return answer{}, c.notFound()
}
