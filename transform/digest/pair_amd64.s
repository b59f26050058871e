#include "textflag.h"

// SHA-256 of two texts at a time, with the processor's SHA instructions (Intel, "SHA Extensions", 2013). One text's rounds wait
// for each other; the other's fill the gaps.

DATA flip<>+0(SB)/8, $0x0405060700010203
DATA flip<>+8(SB)/8, $0x0c0d0e0f08090a0b
GLOBL flip<>(SB), RODATA|NOPTR, $16

DATA k256<>+0(SB)/8, $0x71374491428a2f98
DATA k256<>+8(SB)/8, $0xe9b5dba5b5c0fbcf
DATA k256<>+16(SB)/8, $0x59f111f13956c25b
DATA k256<>+24(SB)/8, $0xab1c5ed5923f82a4
DATA k256<>+32(SB)/8, $0x12835b01d807aa98
DATA k256<>+40(SB)/8, $0x550c7dc3243185be
DATA k256<>+48(SB)/8, $0x80deb1fe72be5d74
DATA k256<>+56(SB)/8, $0xc19bf1749bdc06a7
DATA k256<>+64(SB)/8, $0xefbe4786e49b69c1
DATA k256<>+72(SB)/8, $0x240ca1cc0fc19dc6
DATA k256<>+80(SB)/8, $0x4a7484aa2de92c6f
DATA k256<>+88(SB)/8, $0x76f988da5cb0a9dc
DATA k256<>+96(SB)/8, $0xa831c66d983e5152
DATA k256<>+104(SB)/8, $0xbf597fc7b00327c8
DATA k256<>+112(SB)/8, $0xd5a79147c6e00bf3
DATA k256<>+120(SB)/8, $0x1429296706ca6351
DATA k256<>+128(SB)/8, $0x2e1b213827b70a85
DATA k256<>+136(SB)/8, $0x53380d134d2c6dfc
DATA k256<>+144(SB)/8, $0x766a0abb650a7354
DATA k256<>+152(SB)/8, $0x92722c8581c2c92e
DATA k256<>+160(SB)/8, $0xa81a664ba2bfe8a1
DATA k256<>+168(SB)/8, $0xc76c51a3c24b8b70
DATA k256<>+176(SB)/8, $0xd6990624d192e819
DATA k256<>+184(SB)/8, $0x106aa070f40e3585
DATA k256<>+192(SB)/8, $0x1e376c0819a4c116
DATA k256<>+200(SB)/8, $0x34b0bcb52748774c
DATA k256<>+208(SB)/8, $0x4ed8aa4a391c0cb3
DATA k256<>+216(SB)/8, $0x682e6ff35b9cca4f
DATA k256<>+224(SB)/8, $0x78a5636f748f82ee
DATA k256<>+232(SB)/8, $0x8cc7020884c87814
DATA k256<>+240(SB)/8, $0xa4506ceb90befffa
DATA k256<>+248(SB)/8, $0xc67178f2bef9a3f7
GLOBL k256<>(SB), RODATA|NOPTR, $256

// LOAD takes 16 bytes of a block in the order of its numbers.
#define LOAD(at, text, w) \
	MOVOU  at(text), w; \
	PSHUFB X15, w

// NEXT makes the next four words of a message from the last sixteen, of which w0 has the oldest and w3 the newest.
#define NEXT(w0, w1, w2, w3) \
	SHA256MSG1 w1, w0; \
	MOVO       w3, X13; \
	PALIGNR    $4, w2, X13; \
	PADDL      X13, w0; \
	SHA256MSG2 w3, w0

// ROUNDS does four rounds with the words w.
#define ROUNDS(at, w, s0, s1) \
	MOVOU       at(AX), X0; \
	PADDL       w, X0; \
	SHA256RNDS2 X0, s0, s1; \
	PSHUFD      $0x0e, X0, X0; \
	SHA256RNDS2 X0, s1, s0

// FIRST does four of the first sixteen rounds of one text, MORE four of the others.
#define FIRST(at, w) \
	LOAD(at, SI, w); \
	ROUNDS(at, w, X1, X2)

#define MORE(at, w0, w1, w2, w3) \
	NEXT(w0, w1, w2, w3); \
	ROUNDS(at, w0, X1, X2)

// FIRST2 and MORE2 are the same for two texts.
#define FIRST2(at, a, b) \
	LOAD(at, SI, a); \
	LOAD(at, R9, b); \
	ROUNDS(at, a, X1, X2); \
	ROUNDS(at, b, X7, X8)

#define MORE2(at, a0, a1, a2, a3, b0, b1, b2, b3) \
	NEXT(a0, a1, a2, a3); \
	NEXT(b0, b1, b2, b3); \
	ROUNDS(at, a0, X1, X2); \
	ROUNDS(at, b0, X7, X8)

// func blocks2(a *state, textA unsafe.Pointer, b *state, textB unsafe.Pointer, n int)
TEXT ·blocks2(SB), NOSPLIT, $64-40
	MOVQ  a+0(FP), DI
	MOVQ  textA+8(FP), SI
	MOVQ  b+16(FP), R8
	MOVQ  textB+24(FP), R9
	MOVQ  n+32(FP), CX
	LEAQ  k256<>(SB), AX
	MOVOU flip<>(SB), X15
	MOVOU (DI), X1
	MOVOU 16(DI), X2
	MOVOU (R8), X7
	MOVOU 16(R8), X8

block:
	MOVOU X1, 0(SP)
	MOVOU X2, 16(SP)
	MOVOU X7, 32(SP)
	MOVOU X8, 48(SP)

	FIRST2(0, X3, X9)
	FIRST2(16, X4, X10)
	FIRST2(32, X5, X11)
	FIRST2(48, X6, X12)
	MORE2(64, X3, X4, X5, X6, X9, X10, X11, X12)
	MORE2(80, X4, X5, X6, X3, X10, X11, X12, X9)
	MORE2(96, X5, X6, X3, X4, X11, X12, X9, X10)
	MORE2(112, X6, X3, X4, X5, X12, X9, X10, X11)
	MORE2(128, X3, X4, X5, X6, X9, X10, X11, X12)
	MORE2(144, X4, X5, X6, X3, X10, X11, X12, X9)
	MORE2(160, X5, X6, X3, X4, X11, X12, X9, X10)
	MORE2(176, X6, X3, X4, X5, X12, X9, X10, X11)
	MORE2(192, X3, X4, X5, X6, X9, X10, X11, X12)
	MORE2(208, X4, X5, X6, X3, X10, X11, X12, X9)
	MORE2(224, X5, X6, X3, X4, X11, X12, X9, X10)
	MORE2(240, X6, X3, X4, X5, X12, X9, X10, X11)

	MOVOU 0(SP), X13
	PADDL X13, X1
	MOVOU 16(SP), X13
	PADDL X13, X2
	MOVOU 32(SP), X13
	PADDL X13, X7
	MOVOU 48(SP), X13
	PADDL X13, X8
	ADDQ  $64, SI
	ADDQ  $64, R9
	DECQ  CX
	JNZ   block

	MOVOU X1, (DI)
	MOVOU X2, 16(DI)
	MOVOU X7, (R8)
	MOVOU X8, 16(R8)
	RET

// func blocks1(a *state, textA unsafe.Pointer, n int)
TEXT ·blocks1(SB), NOSPLIT, $0-24
	MOVQ  a+0(FP), DI
	MOVQ  textA+8(FP), SI
	MOVQ  n+16(FP), CX
	LEAQ  k256<>(SB), AX
	MOVOU flip<>(SB), X15
	MOVOU (DI), X1
	MOVOU 16(DI), X2

block:
	MOVO X1, X7
	MOVO X2, X8

	FIRST(0, X3)
	FIRST(16, X4)
	FIRST(32, X5)
	FIRST(48, X6)
	MORE(64, X3, X4, X5, X6)
	MORE(80, X4, X5, X6, X3)
	MORE(96, X5, X6, X3, X4)
	MORE(112, X6, X3, X4, X5)
	MORE(128, X3, X4, X5, X6)
	MORE(144, X4, X5, X6, X3)
	MORE(160, X5, X6, X3, X4)
	MORE(176, X6, X3, X4, X5)
	MORE(192, X3, X4, X5, X6)
	MORE(208, X4, X5, X6, X3)
	MORE(224, X5, X6, X3, X4)
	MORE(240, X6, X3, X4, X5)

	PADDL X7, X1
	PADDL X8, X2
	ADDQ  $64, SI
	DECQ  CX
	JNZ   block

	MOVOU X1, (DI)
	MOVOU X2, 16(DI)
	RET
