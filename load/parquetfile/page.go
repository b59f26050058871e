package parquetfile

import (
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// append compresses a page and adds it to the row group's.
func (w *Writer) append(header format.PageHeader, page []byte, meta *format.ColumnMetaData) error {
	w.compressed = w.zstd.EncodeAll(page, w.compressed[:0])
	header.UncompressedPageSize, header.CompressedPageSize = int32(len(page)), int32(len(w.compressed))
	head, err := thrift.Marshal(&w.protocol, &header)
	if err != nil {
		return err
	}
	w.pages = append(append(w.pages, head...), w.compressed...)
	meta.TotalUncompressedSize += int64(len(head) + len(page))
	meta.TotalCompressedSize += int64(len(head) + len(w.compressed))
	return nil
}

func dictionaryPage(r encoded) format.PageHeader {
	return format.PageHeader{
		Type:                 format.DictionaryPage,
		DictionaryPageHeader: thrift.New(format.DictionaryPageHeader{NumValues: int32(r.distinct), Encoding: format.Plain}),
	}
}

func dataPage(r encoded) format.PageHeader {
	return format.PageHeader{
		Type: format.DataPage,
		DataPageHeader: thrift.New(format.DataPageHeader{
			NumValues: int32(r.levels), Encoding: r.encoding, DefinitionLevelEncoding: format.RLE, RepetitionLevelEncoding: format.RLE,
		}),
	}
}
