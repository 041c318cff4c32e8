#!/bin/sh
echo made > made-by-script
